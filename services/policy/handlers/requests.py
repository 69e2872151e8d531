"""Requests to the agency: made, talked about, answered."""

from contracts.identity.contacts import GetMe
from contracts.identity.staff import GetMyself, ListColleagues
from contracts.kinds import NotFound, Nothing
from contracts.policy.request_inbox import (
    AnswerRequest,
    AssignRequest,
    GetInboxRequest,
    Inbox,
    InboxRecord,
    ListInbox,
    SeeRequest,
)
from contracts.policy.requests import (
    GetRequest,
    ListRequests,
    MakeRequest,
    RequestList,
    RequestRecord,
    WriteMessage,
)
from contracts.principal import Kind
from kit.bus import Call
from services.policy.requests import conversation, inbox, making, records
from services.policy.requests.conversation import Author

from .service import service


@service.answers(ListRequests)
async def list_requests(request: ListRequests, call: Call) -> RequestList:
    """The Requests page."""
    async with call.transaction() as transaction:
        return await records.list_for(call.account, request, call.who, transaction)


@service.answers(GetRequest)
async def get_request(request: GetRequest, call: Call) -> RequestRecord:
    """One request's page."""
    async with call.transaction() as transaction:
        return await records.one(call.account, request.request, call.who, transaction)


@service.answers(MakeRequest)
async def make_request(request: MakeRequest, call: Call) -> RequestRecord:
    """An insured asks for something."""
    me = await call.ask(GetMe())
    async with call.transaction() as transaction:
        return await making.make(request, me.contact.name, call.who, call.account, transaction)


@service.answers(WriteMessage)
async def write_message(request: WriteMessage, call: Call) -> RequestRecord:
    """An insured writes in a request."""
    me = await call.ask(GetMe())
    async with call.transaction() as transaction:
        return await conversation.write(request, me.contact.name, call.who, call.account, transaction)


@service.answers(ListInbox)
async def list_inbox(request: ListInbox, call: Call) -> Inbox:
    """The console's Requests, and the agency's systems."""
    async with call.transaction() as transaction:
        return await inbox.list_for(request, call.who, transaction)


@service.answers(GetInboxRequest)
async def get_inbox_request(request: GetInboxRequest, call: Call) -> InboxRecord:
    """One request with its facts."""
    async with call.transaction() as transaction:
        return await inbox.one(request.request, call.who, transaction)


@service.answers(SeeRequest)
async def see_request(request: SeeRequest, call: Call) -> Nothing:
    """Somebody has looked."""
    author = await _author(call)
    async with call.transaction() as transaction:
        await inbox.see(request.request, author, transaction)
        return Nothing()


@service.answers(AnswerRequest)
async def answer_request(request: AnswerRequest, call: Call) -> InboxRecord:
    """The agency writes, or says how far it is."""
    author = await _author(call, request.name)
    async with call.transaction() as transaction:
        return await inbox.answer(request, author, call.who, transaction)


@service.answers(AssignRequest)
async def assign_request(request: AssignRequest, call: Call) -> InboxRecord:
    """Somebody is to work on it; raises NotFound for whom the agency does not have."""
    colleagues = (await call.ask(ListColleagues())).items if request.member else []
    name = next((one.name for one in colleagues if one.id == request.member), "")
    if request.member and not name:
        raise NotFound
    async with call.transaction() as transaction:
        return await inbox.assign(request.request, request.member, name, call.who, transaction)


async def _author(call: Call, name: str = "") -> Author:
    """Who answers for the agency; a system says for whom it speaks."""
    if call.who.kind is Kind.STAFF:
        name = (await call.ask(GetMyself())).name
    return Author(call.who.kind.value, call.who.sub, name)
