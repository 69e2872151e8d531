"""Invitations of staff on their way: a link that works once, mailed once, and never kept."""

from functools import partial

from contracts.identity.agencies import AgencyDetails
from contracts.notify import SendInvitation
from kit.bus import Call
from kit.masking import mask_email

from .addresses import check_header
from .deliveries import Delivery
from .mails import Facts, hand_over
from .parts import parts
from .sending import Begin, send_once
from .times import day_and_time

MAIL = "invitation"


async def send(job: SendInvitation, call: Call) -> None:
    """Mails the invitation, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "invitation", "email", mask_email(job.to), job.expires_at)
    await send_once(delivery, partial(_mail, job, call), call)


async def _mail(job: SendInvitation, call: Call, begin: Begin) -> str:
    def facts(agency: AgencyDetails) -> Facts:
        return {
            "name": check_header(job.name),
            "invited_by": check_header(job.invited_by),
            "key": job.key,
            "until": day_and_time(job.expires_at, agency.time_zone, job.language),
        }

    return await hand_over(job, MAIL, facts, call, begin, by=parts(call).codes)
