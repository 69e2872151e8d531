"""What notify does and hears: its table of contents."""

from contracts.identity.addressees import GetAddressee
from contracts.identity.agencies import AgencyChanged
from contracts.notify import (
    DeliveryReports,
    ListDeliveries,
    MailAction,
    MailDocument,
    MailPortalLink,
    MailRemovalHeld,
    MailSignInChange,
    MailStaffSignInChange,
    MailWebhookGivenUp,
    SendIdentificationCode,
    SendInvitation,
    SendPasswordLink,
)
from kit.agencies import keep_agency
from kit.bus import Call, Service
from kit.database import Transaction

from . import (
    action_mails,
    console_mails,
    document_mails,
    identification_codes,
    invitations,
    reports,
    sign_in_mails,
)

service = Service("notify")


@service.does(SendIdentificationCode)
async def send_identification_code(job: SendIdentificationCode, call: Call) -> None:
    """By e-mail or text, unless its time is over."""
    await identification_codes.send(job, call)


@service.does(SendInvitation)
async def send_invitation(job: SendInvitation, call: Call) -> None:
    """The link with which a member of staff comes in for the first time."""
    await invitations.send(job, call)


@service.does(SendPasswordLink)
async def send_password_link(job: SendPasswordLink, call: Call) -> None:
    """The link with which a contact sets a password, unless its time is over."""
    await sign_in_mails.send_link(job, call)


@service.does(MailSignInChange)
async def mail_sign_in_change(job: MailSignInChange, call: Call) -> None:
    """That a way in was added, changed or removed."""
    await sign_in_mails.tell_change(job, call)


@service.does(MailAction)
async def mail_action(job: MailAction, call: Call) -> None:
    """What was done in the portal, to whom the agency wants told."""
    await action_mails.send(job, call)


@service.does(MailStaffSignInChange)
async def mail_staff_sign_in_change(job: MailStaffSignInChange, call: Call) -> None:
    """That a way into the console was added, changed or removed."""
    await console_mails.tell_change(job, call)


@service.does(MailRemovalHeld)
async def mail_removal_held(job: MailRemovalHeld, call: Call) -> None:
    """That nothing was removed, because it would have been too much."""
    await console_mails.tell_removal_held(job, call)


@service.does(MailWebhookGivenUp)
async def mail_webhook_given_up(job: MailWebhookGivenUp, call: Call) -> None:
    """That a webhook was turned off by rule."""
    await console_mails.tell_webhook_given_up(job, call)


@service.does(MailPortalLink)
async def mail_portal_link(job: MailPortalLink, call: Call) -> None:
    """Where the portal is, and how to sign in."""
    await console_mails.send_portal_link(job, call)


@service.does(MailDocument)
async def mail_document(job: MailDocument, call: Call) -> None:
    """A document as an attachment."""
    await document_mails.send(job, call)


@service.answers(ListDeliveries)
async def list_deliveries(request: ListDeliveries, call: Call) -> DeliveryReports:
    """What became of the latest mails and texts to a contact; identity knows whom else the address stands for."""
    addressee = await call.ask(GetAddressee(contact=request.contact))
    async with call.transaction() as transaction:
        return await reports.of_contacts(addressee.same, request.limit, transaction)


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """Name, colour and contact information as mails show them."""
    await keep_agency(event, transaction)
