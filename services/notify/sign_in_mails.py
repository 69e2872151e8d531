"""Mails about ways in: the link that sets a password, and word of what has changed."""

import logging
import traceback
from functools import partial

from contracts.identity.agencies import AgencyDetails
from contracts.notify import MailSignInChange, SendPasswordLink
from kit.bus import Call
from kit.bus.failures import is_outage
from kit.masking import mask_email

from .addresses import check_header
from .deliveries import Delivery
from .mails import Facts, hand_over
from .parts import parts
from .sending import Begin, send_once
from .times import day_and_time

log = logging.getLogger(__name__)


async def send_link(job: SendPasswordLink, call: Call) -> None:
    """Mails the link, once; raises only what makes the bus bring the job back."""
    delivery = Delivery(
        job.delivery, job.agency, "password_link", "email", mask_email(job.to), job.expires_at, job.contact
    )
    facts = {"user_name": job.user_name, "key": job.key}
    try:
        await send_once(delivery, partial(_mail, job, call, "password_link", facts), call)
    except Exception as error:
        if is_outage(error):
            raise
        # quarantine would keep the body, and with it a link that still works
        where = "".join(traceback.format_tb(error.__traceback__))
        facts = {"delivery": str(job.delivery), "problem": type(error).__name__, "where": where}
        log.error("a password link was given up", extra=facts)


async def tell_change(job: MailSignInChange, call: Call) -> None:
    """Tells the contact, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "sign_in_change", "email", mask_email(job.to), contact=job.contact)
    await send_once(delivery, partial(_mail, job, call, "sign_in_change", {"change": job.change}), call)


async def _mail(
    job: SendPasswordLink | MailSignInChange, call: Call, mail: str, own_facts: dict[str, str], begin: Begin
) -> str:
    def facts(agency: AgencyDetails) -> Facts:
        moment = job.expires_at if isinstance(job, SendPasswordLink) else job.at
        when = day_and_time(moment, agency.time_zone, job.language)
        return {"name": check_header(job.name), "when": when, **own_facts}

    return await hand_over(job, mail, facts, call, begin, by=parts(call).codes)
