"""Mails that begin in the console: the portal's address for a contact; for staff, what has changed or needs a hand."""

from functools import partial

from babel.numbers import format_decimal

from contracts.identity.agencies import AgencyDetails
from contracts.notify import MailPortalLink, MailRemovalHeld, MailStaffSignInChange, MailWebhookGivenUp
from kit.bus import Call
from kit.masking import mask_email

from .addresses import check_header
from .deliveries import Delivery
from .mails import Facts, hand_over
from .parts import parts
from .sending import Begin, send_once
from .times import LOCALES, day_and_time


async def send_portal_link(job: MailPortalLink, call: Call) -> None:
    """Mails the portal's address, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "portal_link", "email", mask_email(job.to), contact=job.contact)
    await send_once(delivery, partial(_portal_link, job, call), call)


async def tell_change(job: MailStaffSignInChange, call: Call) -> None:
    """Tells the member, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "sign_in_change", "email", mask_email(job.to))
    await send_once(delivery, partial(_change, job, call), call)


async def tell_webhook_given_up(job: MailWebhookGivenUp, call: Call) -> None:
    """Tells an admin, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "webhook_given_up", "email", mask_email(job.to))
    await send_once(delivery, partial(_webhook, job, call), call)


async def tell_removal_held(job: MailRemovalHeld, call: Call) -> None:
    """Tells an admin, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "removal_held", "email", mask_email(job.to))
    await send_once(delivery, partial(_removal, job, call), call)


async def _portal_link(job: MailPortalLink, call: Call, begin: Begin) -> str:
    def facts(_: AgencyDetails) -> Facts:
        return {"name": check_header(job.name), "way": job.way, "to": job.to}

    return await hand_over(job, "portal_link", facts, call, begin, by=parts(call).codes)


async def _change(job: MailStaffSignInChange, call: Call, begin: Begin) -> str:
    def facts(agency: AgencyDetails) -> Facts:
        when = day_and_time(job.at, agency.time_zone, job.language)
        return {"name": check_header(job.name), "change": job.change, "when": when}

    return await hand_over(job, "staff_sign_in_change", facts, call, begin, by=parts(call).codes)


async def _webhook(job: MailWebhookGivenUp, call: Call, begin: Begin) -> str:
    def facts(agency: AgencyDetails) -> Facts:
        return {
            "name": check_header(job.name),
            "host": check_header(job.host),
            "webhook": str(job.webhook),
            "why": job.why,
            "when": day_and_time(job.at, agency.time_zone, job.language),
            "since": day_and_time(job.failing_since, agency.time_zone, job.language),
        }

    return await hand_over(job, "webhook_given_up", facts, call, begin, by=parts(call).documents)


async def _removal(job: MailRemovalHeld, call: Call, begin: Begin) -> str:
    def facts(agency: AgencyDetails) -> Facts:
        locale = LOCALES[job.language]
        return {
            "name": check_header(job.name),
            "when": day_and_time(job.began_at, agency.time_zone, job.language),
            "going": {kind.kind: format_decimal(kind.going, locale=locale) for kind in job.kinds},
            "there": {kind.kind: format_decimal(kind.there, locale=locale) for kind in job.kinds},
        }

    return await hand_over(job, "removal_held", facts, call, begin, by=parts(call).documents)
