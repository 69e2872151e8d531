"""Lists of the console: what they are narrowed to stays so from page to page, and back to the first."""

from typing import Any
from uuid import UUID

import httpx

from contracts.documents import feed as of_documents
from contracts.feed_health import FeedHealth
from contracts.held_removals import HeldRemovals
from contracts.kinds import Request
from contracts.policy import feed as of_policy
from contracts.policy.request_inbox import Inbox, ListInbox
from contracts.principal import Role
from contracts.quarantine import CaughtEvent, CaughtEvents
from kit.bus import Call, Service
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests.identity.conftest import SLUG
from tests.identity.crew import Crew

from ..browsing import fields, links
from ..conftest import Gateway
from ..portal_samples import NOW
from ..request_samples import INBOX
from .conftest import beside, of

CONSOLE = f"/{SLUG}/console"
QUIET = FeedHealth(heard_at=None, beat_at=None, delay=None, in_line=0, kinds=[], refused=0, waiting=0, snapshots=[])
CAUGHT = CaughtEvent(
    id=UUID(int=1 << 100),
    event="E1",
    type="ams.policy.upserted.v1",
    entity="P1",
    on=f"ams.{SLUG}.policy",
    code="schema",
    pointer="/data/number",
    problem="Field required",
    caught_at=NOW,
    state="applied",
    replayed_at=NOW,
    by="",
    mended=False,
    again=None,
)


def policy(asked: list[Request[Any]]) -> Service:
    """Lists with a further page after every one, and what they were asked for."""
    service = Service("policy")

    @service.answers(ListInbox)
    async def inbox(request: ListInbox, call: Call) -> Inbox:
        asked.append(request)
        return INBOX.model_copy(update={"cursor": "further"})

    @service.answers(of_policy.GetFeedHealth)
    async def health(request: of_policy.GetFeedHealth, call: Call) -> FeedHealth:
        return QUIET

    @service.answers(of_policy.ListCaughtEvents)
    async def caught(request: of_policy.ListCaughtEvents, call: Call) -> CaughtEvents:
        asked.append(request)
        return CaughtEvents(items=[CAUGHT], waiting=0, cursor=str(CAUGHT.id))

    @service.answers(of_policy.ListHeldRemovals)
    async def held(request: of_policy.ListHeldRemovals, call: Call) -> HeldRemovals:
        return HeldRemovals(items=[])

    return service


def documents() -> Service:
    """With nothing in quarantine."""
    service = Service("documents")

    @service.answers(of_documents.GetFeedHealth)
    async def health(request: of_documents.GetFeedHealth, call: Call) -> FeedHealth:
        return QUIET

    @service.answers(of_documents.ListCaughtEvents)
    async def caught(request: of_documents.ListCaughtEvents, call: Call) -> CaughtEvents:
        return CaughtEvents(items=[], waiting=0)

    return service


def leads_on(page: httpx.Response, path: str, cursor: bool) -> str:
    """The one link to another page of the list, narrowed as it is."""
    assert page.status_code == 200, page.text
    (found,) = [
        link for link in links(page.text) if link.startswith(f"{CONSOLE}{path}?") and ("cursor=" in link) is cursor
    ]
    return found


async def test_the_inbox_stays_narrowed_from_page_to_page(door: Gateway, crew: Crew, nats_server: NatsServer) -> None:
    asked: list[Request[Any]] = []
    narrow = ListInbox(status="all", form="general", account=new_id(), assigned="me", q="roof & 100 %")
    told = {"status": "all", "kind": "general", "account": str(narrow.account), "assigned": "me", "q": narrow.q}
    async with beside(nats_server, policy(asked)), of(door, await crew.hire("Cy", Role.CSR)) as browser:
        first = await browser.get(f"{CONSOLE}/requests", params=told)
        assert fields(first)["account"] == str(narrow.account)  # what the form asks for stays within the account
        further = await browser.get(leads_on(first, "/requests", True))
        await browser.get(leads_on(further, "/requests", False))
    assert asked == [narrow, narrow.model_copy(update={"cursor": "further"}), narrow]


async def test_the_quarantine_shows_on_every_page_what_it_shows_on_the_first(
    door: Gateway, crew: Crew, nats_server: NatsServer
) -> None:
    asked: list[Request[Any]] = []
    cursor = str(CAUGHT.id)
    async with beside(nats_server, policy(asked), documents()), of(door, await crew.hire("Ada")) as browser:
        for everything in (True, False):
            page = await browser.get(f"{CONSOLE}/sync", params={"all": "yes"} if everything else {})
            await browser.get(leads_on(page, "/sync", True).partition("#")[0])
            wanted = of_policy.ListCaughtEvents(everything=everything, limit=50)
            assert asked[-2:] == [wanted, wanted.model_copy(update={"cursor": cursor})]
        await browser.get(f"{CONSOLE}/sync", params={"cursor": "nonsense"})
        assert asked[-1] == of_policy.ListCaughtEvents(limit=50)
