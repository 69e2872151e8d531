"""One mail: the facts of a job in an agency's words and dress, addressed and handed over."""

from collections.abc import Callable, Mapping
from uuid import UUID

from contracts.identity.agencies import AgencyDetails
from contracts.notify import (
    MailAction,
    MailDocument,
    MailPortalLink,
    MailRemovalHeld,
    MailSignInChange,
    MailStaffSignInChange,
    MailWebhookGivenUp,
    SendInvitation,
    SendPasswordLink,
)
from kit.agencies import agency_details
from kit.bus import Call

from .addresses import BadAddress, check_email
from .emails import Attachment, compose
from .outcomes import NotNow, Refused
from .parts import parts
from .sending import Begin
from .smtp import MailServer

Facts = Mapping[str, str | Mapping[str, str]]

# jobs that send a mail
Mail = (
    MailAction
    | MailDocument
    | MailPortalLink
    | MailRemovalHeld
    | MailSignInChange
    | MailStaffSignInChange
    | MailWebhookGivenUp
    | SendInvitation
    | SendPasswordLink
)


async def hand_over(
    job: Mail,
    mail: str,
    facts: Callable[[AgencyDetails], Facts],
    call: Call,
    begin: Begin,
    *,
    by: MailServer,
    attachment: Attachment | None = None,
) -> str:
    """Sends the mail `mail` and returns what the server said; `facts` are those that its templates name.

    Raises NotNow where the bus shall bring the job back, Refused where an address or a name can never be taken.
    """
    own = parts(call)
    agency = await _agency(job.agency, call)
    sender = own.settings.mail_from
    try:
        letter = own.wording.letter(mail, job.language, agency, **facts(agency))
        message = compose(
            letter,
            delivery=job.delivery,
            agency=agency,
            sender=sender,
            to=job.to,
            language=job.language,
            attachment=attachment,
        )
        recipient = check_email(job.to)
    except BadAddress as error:
        raise Refused(str(error)) from None
    return await by.send(sender, recipient, message, begin)


async def _agency(agency: UUID, call: Call) -> AgencyDetails:
    async with call.transaction(agency) as transaction:
        found = await agency_details(transaction, agency)
    if found is None:
        raise NotNow("the agency's record has not arrived yet")
    return found
