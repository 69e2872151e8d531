"""Identification codes on their way: by e-mail or text, only while they are good, and never kept."""

import logging
import traceback
from functools import partial

from contracts.identity.agencies import AgencyDetails
from contracts.notify import SendIdentificationCode
from kit.bus import Call
from kit.bus.failures import is_outage
from kit.masking import mask_email, mask_phone

from . import texts
from .addresses import BadAddress, check_email, check_header, check_phone
from .deliveries import Delivery
from .emails import compose
from .outcomes import NotNow, Refused
from .parts import parts
from .sending import Begin, claim, deliver
from .times import time_of_day

log = logging.getLogger(__name__)

MAIL = "identification_code"
RECORD = "SELECT details FROM agencies WHERE id = $1"  # read as it is: one that errs must not undo the claim


async def send(job: SendIdentificationCode, call: Call) -> None:
    """Sends the code, once; raises only what makes the bus bring the job back."""
    delivery = Delivery(
        job.delivery,
        job.agency,
        "identification_code",
        job.channel,
        mask_email(job.to) if job.channel == "email" else mask_phone(job.to),
        job.expires_at,
        job.contact,
    )
    try:
        async with call.transaction(job.agency) as transaction:
            attempt = await claim(delivery, transaction)
            record = await transaction.driver.fetchval(RECORD, job.agency) if attempt else None
        if attempt is not None:
            await deliver(attempt, partial(_hand_over, job, record, call), call)
    except Exception as error:
        if is_outage(error):
            raise
        # a message that fails again and again is put into quarantine with its body: a code must not come to rest there
        where = "".join(traceback.format_tb(error.__traceback__))  # without its text, which may quote what was sent
        log.error(
            "an identification code was given up",
            extra={"delivery": str(job.delivery), "problem": type(error).__name__, "where": where},
        )


async def _hand_over(job: SendIdentificationCode, record: str | None, call: Call, begin: Begin) -> str:
    if record is None:
        raise NotNow("the agency's record has not arrived yet")
    agency = AgencyDetails.model_validate_json(record)
    return await (_mail if job.channel == "email" else _text)(job, agency, call, begin)


async def _mail(job: SendIdentificationCode, agency: AgencyDetails, call: Call, begin: Begin) -> str:
    own = parts(call)
    try:
        letter = own.wording.letter(
            MAIL,
            job.language,
            agency,
            name=check_header(job.name),
            code=job.code,
            until=time_of_day(job.expires_at, agency.time_zone, job.language),
        )
        sender = own.settings.mail_from
        message = compose(letter, delivery=job.delivery, agency=agency, sender=sender, to=job.to, language=job.language)
        recipient = check_email(job.to)
    except BadAddress as error:
        raise Refused(str(error)) from None
    return await own.codes.send(sender, recipient, message, begin)


async def _text(job: SendIdentificationCode, agency: AgencyDetails, call: Call, begin: Begin) -> str:
    own = parts(call)
    if own.texts is None:
        raise Refused("no SMS provider is set")
    try:
        number = check_phone(job.to)
    except BadAddress as error:
        raise Refused(str(error)) from None
    write = partial(
        own.wording.text,
        MAIL,
        job.language,
        code=job.code,
        until=time_of_day(job.expires_at, agency.time_zone, job.language),
        host=own.settings.public_host,
    )
    text = texts.fit(lambda name: write(agency=name), agency.name)
    return await own.texts.send(number, text, job.delivery, begin)
