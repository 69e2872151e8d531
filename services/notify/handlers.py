"""What notify does and hears: its table of contents."""

from contracts.identity.agencies import AgencyChanged
from contracts.notify import (
    MailDocument,
    MailSignInChange,
    SendIdentificationCode,
    SendInvitation,
    SendPasswordLink,
)
from kit.agencies import keep_agency
from kit.bus import Call, Service
from kit.database import Transaction

from . import document_mails, identification_codes, invitations, sign_in_mails

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


@service.does(MailDocument)
async def mail_document(job: MailDocument, call: Call) -> None:
    """A document as an attachment."""
    await document_mails.send(job, call)


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """Name, colour and contact information as mails show them."""
    await keep_agency(event, transaction)
