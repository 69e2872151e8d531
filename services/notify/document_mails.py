"""Documents on their way to a mailbox, as attachments."""

from functools import partial

from contracts.notify import MailDocument
from kit.agencies import agency_details
from kit.bus import Call
from kit.masking import mask_email

from . import attachments
from .addresses import BadAddress, check_email, check_header
from .deliveries import Delivery
from .emails import Attachment, compose
from .outcomes import NotNow, Refused
from .parts import parts
from .sending import Begin, send_once

MAIL = "document"


async def send(job: MailDocument, call: Call) -> None:
    """Mails the document, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "document", "email", mask_email(job.to), contact=job.contact)
    await send_once(delivery, partial(_mail, job, call), call)


async def _mail(job: MailDocument, call: Call, begin: Begin) -> str:
    own = parts(call)
    async with call.transaction(job.agency) as transaction:
        agency = await agency_details(transaction, job.agency)
    if agency is None:
        raise NotNow("the agency's record has not arrived yet")
    content, content_type = await attachments.fetch(job.agency, job.document, job.sha256, call)
    try:
        letter = own.wording.letter(
            MAIL,
            job.language,
            agency,
            sender_name=check_header(job.sender_name),
            title=check_header(job.title),
            file_name=job.file_name,
        )
        message = compose(
            letter,
            delivery=job.delivery,
            agency=agency,
            sender=own.settings.mail_from,
            to=job.to,
            language=job.language,
            attachment=Attachment(job.file_name, content_type, content),
        )
        recipient = check_email(job.to)
    except BadAddress as error:
        raise Refused(str(error)) from None
    return await own.documents.send(own.settings.mail_from, recipient, message, begin)
