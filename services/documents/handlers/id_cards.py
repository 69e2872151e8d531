"""ID cards, as an insured has them."""

from contracts.documents.id_cards import IdCardOptions, IssueIdCard, ListIdCards
from contracts.documents.vault import Document
from contracts.policy.vehicles import ListInsuredVehicles
from kit.bus import Call
from services.documents import accounts, activity
from services.documents.id_cards import making

from .service import service


@service.answers(ListIdCards)
async def list_id_cards(_: ListIdCards, call: Call) -> IdCardOptions:
    """The ID Card(s) tab."""
    book = await call.ask(ListInsuredVehicles())
    async with call.transaction() as transaction:
        holder = await accounts.find(call.account, transaction)
    return making.options(book, holder)


@service.answers(IssueIdCard)
async def issue_id_card(request: IssueIdCard, call: Call) -> Document:
    """A vehicle's ID card; told only when it is a new one."""
    book = await call.ask(ListInsuredVehicles(policy=request.policy))
    async with call.transaction() as transaction:
        issued = await making.issue(book, request.policy, request.vehicle, call.account, transaction)
        activity.issued(issued, call.who, transaction)
    return issued.document
