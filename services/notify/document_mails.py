"""Documents on their way to a mailbox, as attachments."""

from functools import partial

from contracts.identity.agencies import AgencyDetails
from contracts.notify import MailDocument
from kit.bus import Call
from kit.masking import mask_email

from . import attachments
from .addresses import check_header
from .deliveries import Delivery
from .emails import Attachment
from .mails import Facts, hand_over
from .parts import parts
from .sending import Begin, send_once

MAIL = "document"


async def send(job: MailDocument, call: Call) -> None:
    """Mails the document, once; raises NotNow where the bus shall bring the job back."""
    delivery = Delivery(job.delivery, job.agency, "document", "email", mask_email(job.to), contact=job.contact)
    await send_once(delivery, partial(_mail, job, call), call)


async def _mail(job: MailDocument, call: Call, begin: Begin) -> str:
    def facts(_: AgencyDetails) -> Facts:
        sender, title = check_header(job.sender_name), check_header(job.title)
        return {"sender_name": sender, "title": title, "file_name": job.file_name}

    content, content_type = await attachments.fetch(job.agency, job.document, job.sha256, call)
    attachment = Attachment(job.file_name, content_type, content)
    return await hand_over(job, MAIL, facts, call, begin, by=parts(call).documents, attachment=attachment)
