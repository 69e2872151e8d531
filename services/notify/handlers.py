"""What notify does and hears: its table of contents."""

from contracts.identity.agencies import AgencyChanged
from contracts.notify import MailDocument, SendIdentificationCode
from kit.agencies import keep_agency
from kit.bus import Call, Service
from kit.database import Transaction

from . import document_mails, identification_codes

service = Service("notify")


@service.does(SendIdentificationCode)
async def send_identification_code(job: SendIdentificationCode, call: Call) -> None:
    """By e-mail or text, unless its time is over."""
    await identification_codes.send(job, call)


@service.does(MailDocument)
async def mail_document(job: MailDocument, call: Call) -> None:
    """A document as an attachment."""
    await document_mails.send(job, call)


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """Name, colour and contact information as mails show them."""
    await keep_agency(event, transaction)
