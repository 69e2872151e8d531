"""Mails about what was done in the portal: a folder of words for each action."""

from functools import partial

from contracts.identity.agencies import AgencyDetails
from contracts.identity.telling import Action
from contracts.notify import MailAction
from kit.bus import Call
from kit.masking import mask_email

from .addresses import check_header
from .deliveries import Delivery
from .mails import Facts, hand_over
from .parts import parts
from .sending import Begin, send_once
from .times import day_and_time


async def send(job: MailAction, call: Call) -> None:
    """Mails it, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "action", "email", mask_email(job.to))
    await send_once(delivery, partial(_mail, job, call), call)


def folder_of(action: Action) -> str:
    """Where the words of an action's mail lie."""
    return action.value.replace("-", "_")


async def _mail(job: MailAction, call: Call, begin: Begin) -> str:
    def facts(agency: AgencyDetails) -> Facts:
        return {
            "part": job.part,
            "name": check_header(job.name),
            "account_name": check_header(job.account_name),
            "account_number": check_header(job.account_number),
            "actor": check_header(job.actor),
            "when": day_and_time(job.at, agency.time_zone, job.language),
            "facts": job.facts,
        }

    return await hand_over(job, folder_of(job.action), facts, call, begin, by=parts(call).documents)
