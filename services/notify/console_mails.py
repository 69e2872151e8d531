"""Mails that begin in the console: the portal's address for a contact, word of changed ways in for staff."""

from functools import partial

from contracts.notify import MailPortalLink, MailStaffSignInChange
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


async def send_portal_link(job: MailPortalLink, call: Call) -> None:
    """Mails the portal's address, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "portal_link", "email", mask_email(job.to), contact=job.contact)
    await send_once(delivery, partial(_mail, job, call, "portal_link"), call)


async def tell_change(job: MailStaffSignInChange, call: Call) -> None:
    """Tells the member, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "sign_in_change", "email", mask_email(job.to))
    await send_once(delivery, partial(_mail, job, call, "staff_sign_in_change"), call)


async def _mail(job: MailPortalLink | MailStaffSignInChange, call: Call, mail: str, begin: Begin) -> str:
    own = parts(call)
    async with call.transaction(job.agency) as transaction:
        agency = await agency_details(transaction, job.agency)
    if agency is None:
        raise NotNow("the agency's record has not arrived yet")
    if isinstance(job, MailPortalLink):
        facts = {"way": job.way, "to": job.to}
    else:
        facts = {"change": job.change, "when": day_and_time(job.at, agency.time_zone, job.language)}
    try:
        letter = own.wording.letter(mail, job.language, agency, name=check_header(job.name), **facts)
        sender = own.settings.mail_from
        message = compose(letter, delivery=job.delivery, agency=agency, sender=sender, to=job.to, language=job.language)
        recipient = check_email(job.to)
    except BadAddress as error:
        raise Refused(str(error)) from None
    return await own.codes.send(sender, recipient, message, begin)
