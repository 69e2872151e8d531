"""ID cards, as an insured has them."""

from contracts.documents.id_cards import IdCardOptions, IssueIdCard, ListIdCards
from contracts.documents.vault import Document
from contracts.policy.vehicles import InsuredVehicles, ListInsuredVehicles
from kit.bus import Call
from services.documents import activity
from services.documents.id_cards import making, options
from services.documents.id_cards.making import Wanted

from .service import service


@service.answers(ListIdCards)
async def list_id_cards(request: ListIdCards, call: Call) -> IdCardOptions:
    """The ID Card(s) tab."""
    book = await call.ask(ListInsuredVehicles(**request.model_dump()))
    return await options.in_book(book, call.account, call)


@service.answers(IssueIdCard)
async def issue_id_card(request: IssueIdCard, call: Call) -> Document:
    """A vehicle's ID card; told only when it is a new one."""

    async def look() -> InsuredVehicles:
        return await call.ask(ListInsuredVehicles(policy=request.policy, vehicle=request.vehicle))

    wanted = Wanted(request.policy, request.vehicle, call.account, look)
    async with making.issuing(wanted, call) as (issued, transaction):
        activity.issued(issued, call.who, transaction)
    return issued.document
