"""The vault of an account, and its way to a mailbox."""

from contracts.documents.mailings import EmailDocument, Emailed
from contracts.documents.vault import (
    Content,
    DocumentList,
    Documents,
    GetHomeDocuments,
    ListDocuments,
    ReadAttachment,
    ReadContent,
)
from contracts.identity.activities import What
from contracts.identity.contacts import GetMe
from kit.bus import Call
from services.documents import activity
from services.documents.vault import contents, limits, lists, mailings

from .service import service


@service.answers(GetHomeDocuments)
async def get_home_documents(_: GetHomeDocuments, call: Call) -> Documents:
    """Home's share of the vault."""
    async with call.transaction() as transaction:
        return await lists.newest(call.account, transaction)


@service.answers(ListDocuments)
async def list_documents(request: ListDocuments, call: Call) -> DocumentList:
    """The whole vault of an account."""
    async with call.transaction() as transaction:
        return await lists.every(request, call.account, transaction)


@service.answers(ReadContent)
async def read_content(request: ReadContent, call: Call) -> Content:
    """A piece of a document of the account."""
    async with call.transaction() as transaction:
        document = await lists.find(request.document, call.account, transaction)
        limits.check(document, call.who)
        content = await contents.read(document, request.offset, transaction)
        if request.offset == 0:
            await activity.opened(document, call.who, call.account, transaction, download=request.download)
        return content


@service.answers(ReadAttachment)
async def read_attachment(request: ReadAttachment, call: Call) -> Content:
    """A piece of a document that a mail carries."""
    async with call.transaction(request.agency) as transaction:
        document = await lists.find(request.document, None, transaction)
        return await contents.read(document, request.offset, transaction)


@service.answers(EmailDocument)
async def email_document(request: EmailDocument, call: Call) -> Emailed:
    """A document, by e-mail."""
    me = await call.ask(GetMe())
    async with call.transaction() as transaction:
        document = await lists.find(request.document, call.account, transaction)
        emailed = await mailings.leave(document, request.to, me, call.who, call.account, transaction)
        activity.record(What.DOCUMENT_EMAILED, document, call.who, call.account, transaction, to=emailed.sent_to)
        return emailed
