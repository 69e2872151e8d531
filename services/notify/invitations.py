"""Invitations of staff on their way: a link that works once, mailed once, and never kept."""

from functools import partial

from contracts.notify import SendInvitation
from kit.agencies import agency_details
from kit.bus import Call
from kit.masking import mask_email

from .addresses import BadAddress, check_email, check_header
from .deliveries import Delivery
from .emails import compose
from .outcomes import NotNow, Refused
from .parts import parts
from .sending import Begin, send_once
from .times import day_and_time

MAIL = "invitation"


async def send(job: SendInvitation, call: Call) -> None:
    """Mails the invitation, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "invitation", "email", mask_email(job.to), job.expires_at)
    await send_once(delivery, partial(_mail, job, call), call)


async def _mail(job: SendInvitation, call: Call, begin: Begin) -> str:
    own = parts(call)
    async with call.transaction(job.agency) as transaction:
        agency = await agency_details(transaction, job.agency)
    if agency is None:
        raise NotNow("the agency's record has not arrived yet")
    try:
        letter = own.wording.letter(
            MAIL,
            job.language,
            agency,
            name=check_header(job.name),
            invited_by=check_header(job.invited_by),
            key=job.key,
            until=day_and_time(job.expires_at, agency.time_zone, job.language),
        )
        sender = own.settings.mail_from
        message = compose(letter, delivery=job.delivery, agency=agency, sender=sender, to=job.to, language=job.language)
        recipient = check_email(job.to)
    except BadAddress as error:
        raise Refused(str(error)) from None
    return await own.codes.send(sender, recipient, message, begin)
