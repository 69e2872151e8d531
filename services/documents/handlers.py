"""What documents answers and hears: its table of contents."""

from contracts.documents import (
    Content,
    Document,
    DocumentList,
    Documents,
    EmailDocument,
    Emailed,
    GetHomeDocuments,
    IdCardOptions,
    IdCardSent,
    IssueIdCard,
    ListContactIdCards,
    ListDocuments,
    ListIdCards,
    ReadAttachment,
    ReadContent,
    SendIdCard,
)
from contracts.identity.activities import What
from contracts.identity.agencies import AgencyChanged
from contracts.identity.contacts import AccountChanged, GetMe
from contracts.policy.policies import PoliciesChanged
from contracts.policy.vehicles import ListInsuredVehicles
from kit.agencies import keep_agency
from kit.bus import Call, Service
from kit.database import Transaction

from . import accounts, activity, agency_cards, id_cards, limits, mailings, standings, vault

service = Service("documents")


@service.hears(AgencyChanged)
async def agency_changed(event: AgencyChanged, transaction: Transaction) -> None:
    """What papers show of the agency, and its time zone."""
    await keep_agency(event, transaction)


@service.hears(AccountChanged)
async def account_changed(event: AccountChanged, transaction: Transaction) -> None:
    """Name and address for paper."""
    await accounts.keep(event, transaction)


@service.hears(PoliciesChanged)
async def policies_changed(event: PoliciesChanged, transaction: Transaction) -> None:
    """Whether papers about these policies still hold."""
    await standings.keep(event, transaction)


@service.answers(ListIdCards)
async def list_id_cards(_: ListIdCards, call: Call) -> IdCardOptions:
    """The ID Card(s) tab."""
    book = await call.ask(ListInsuredVehicles())
    async with call.transaction() as transaction:
        holder = await accounts.find(call.account, transaction)
    return id_cards.options(book, holder)


@service.answers(IssueIdCard)
async def issue_id_card(request: IssueIdCard, call: Call) -> Document:
    """A vehicle's ID card; told only when it is a new one."""
    book = await call.ask(ListInsuredVehicles(policy=request.policy))
    async with call.transaction() as transaction:
        issued = await id_cards.issue(book, request.policy, request.vehicle, call.account, transaction)
        activity.issued(issued, call.who, transaction)
    return issued.document


@service.answers(ListContactIdCards)
async def list_contact_id_cards(request: ListContactIdCards, call: Call) -> IdCardOptions:
    """What staff can send to a contact."""
    return await agency_cards.options(request, call)


@service.answers(SendIdCard)
async def send_id_card(request: SendIdCard, call: Call) -> IdCardSent:
    """An ID card to a contact's mailbox, while the client is on the telephone."""
    return await agency_cards.send(request, call)


@service.answers(GetHomeDocuments)
async def get_home_documents(_: GetHomeDocuments, call: Call) -> Documents:
    """Home's share of the vault."""
    async with call.transaction() as transaction:
        return await vault.newest(call.account, transaction)


@service.answers(ListDocuments)
async def list_documents(request: ListDocuments, call: Call) -> DocumentList:
    """The whole vault of an account."""
    async with call.transaction() as transaction:
        return await vault.every(request, call.account, transaction)


@service.answers(ReadContent)
async def read_content(request: ReadContent, call: Call) -> Content:
    """A piece of a document of the account."""
    async with call.transaction() as transaction:
        document = await vault.find(request.document, call.account, transaction)
        limits.check(document, call.who)
        content = await vault.read(document, request.offset, transaction)
        if request.offset == 0:
            await activity.opened(document, call.who, call.account, transaction, download=request.download)
        return content


@service.answers(ReadAttachment)
async def read_attachment(request: ReadAttachment, call: Call) -> Content:
    """A piece of a document that a mail carries."""
    async with call.transaction(request.agency) as transaction:
        document = await vault.find(request.document, None, transaction)
        return await vault.read(document, request.offset, transaction)


@service.answers(EmailDocument)
async def email_document(request: EmailDocument, call: Call) -> Emailed:
    """A document, by e-mail."""
    me = await call.ask(GetMe())
    async with call.transaction() as transaction:
        document = await vault.find(request.document, call.account, transaction)
        emailed = await mailings.leave(document, request.to, me, call.who, call.account, transaction)
        activity.record(What.DOCUMENT_EMAILED, document, call.who, call.account, transaction, to=emailed.sent_to)
        return emailed
