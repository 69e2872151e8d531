"""Four walls around a read-only session, each alone: the door, the bus, the owning service, the database's login."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from re import sub
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from asyncpg import PostgresError
from starlette.routing import Route

from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ResolveSession, Session
from contracts.kinds import Caller, Request
from contracts.principal import HEADER, Kind, Scope
from contracts.streams import VIEW_USER, messages
from gateway.addresses import lies_in_view
from gateway.api.application import describe
from gateway.security import SAFE_METHODS
from kit.bus import requests, wire
from kit.bus.connection import flush
from kit.database import Database
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.identity import impersonations

from .. import made_up, stack
from ..whole import SLUG, Clone, Whole, whole
from .browsing import fields, send
from .conftest import SAME_SITE

MOVES = frozenset(
    f"identity.{table}" for table in ("activities", "activity_heads", "sessions", "impersonations")
)  # what is noted of the looking itself
WITH_SESSION = (Caller.SESSION, Caller.SIGNED_IN, Caller.INSURED, Caller.AGENCY)
WRITES = [
    message
    for message in messages()
    if issubclass(message, Request) and not message.reads and message.caller in WITH_SESSION
]
READS = [
    message
    for message in messages()
    if issubclass(message, Request)
    and message.reads
    and message.caller in WITH_SESSION[:3]
    and "gateway" in message.asked_by
]


@pytest_asyncio.fixture(scope="module")
async def system(nats_server: NatsServer, clone: Clone) -> AsyncIterator[Whole]:
    async with whole(nats_server, clone) as running:
        yield running


class View:
    """A view that is open: its browser, its root, its token, and the session behind it."""

    def __init__(self, browser: httpx.AsyncClient, root: str, token: str, session: Session) -> None:
        self.browser, self.root, self.token, self.session = browser, root, token, session


@pytest_asyncio.fixture
async def view(system: Whole) -> AsyncIterator[View]:
    """A view of the household."""
    async with opened(system) as view:
        yield view


@asynccontextmanager
async def opened(system: Whole) -> AsyncIterator[View]:
    """Opened as an agency's system opens one: token, address, button."""
    bearer = await system.session(Kind.SYSTEM, scopes=(Scope.IMPERSONATE,))
    body = {
        "account": f"JA-{system.family.number}",
        "agent": {"id": "u-17", "name": "Jo Agent"},
        "reason": "Asked for help with an ID card",
    }
    async with system.browser() as browser:
        asked = await browser.post(
            f"/api/v1/{SLUG}/impersonations", json=body, headers={"Authorization": f"Bearer {bearer}"}
        )
        assert asked.status_code == 201, asked.text
        address = urlsplit(asked.json()["url"]).path
        opened = await send(browser, await browser.get(address), {}, address)
        assert opened.status_code == 303
        (token,) = (cookie.value for cookie in browser.cookies.jar if cookie.name == "ro")
        assert token is not None
        session = await system.door._parts.asker.ask(ResolveSession(token=token))
        yield View(browser, opened.headers["location"].rstrip("/"), token, session)


@asynccontextmanager
async def nothing_changes(system: Whole) -> AsyncIterator[None]:
    """All tables of all services hold afterwards what they held before."""
    await system.settled()
    before = await system.kept(MOVES)
    assert len(before) > 30
    yield
    await system.settled()
    after = await system.kept(MOVES)
    assert {table for table in before if before[table] != after[table]} == set()
    assert set(before) == set(after)


async def test_the_look_for_changes_does_look(system: Whole) -> None:
    """A write of the insured's own is seen by it."""
    who = stack.signed(system.agency.id, system.ids["account"], sub=system.ids["contact"])
    with pytest.raises(AssertionError):
        async with nothing_changes(system):
            for message in WRITES:
                if message.__name__ == "EmailDocument":
                    await ask(system, message, who)


def page_writes(system: Whole) -> Iterator[tuple[str, str]]:
    """Method and path below the agency of every page that takes something, with the household's ids in it."""
    for route in system.door._pages:
        assert isinstance(route, Route)
        if route.path.startswith("/{agency}/") and not lies_in_view(sub(r"{\w+(:\w+)?}", "x", route.path)):
            for method in sorted((route.methods or set()) - SAFE_METHODS):
                yield method, made_up.path(route.path.removeprefix("/{agency}"), system.ids)


def api_operations(system: Whole, *, writes: bool) -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of every operation of the OpenAPI document that writes, or of every one that reads."""
    document = describe(system.door._api)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if (method.upper() not in SAFE_METHODS) == writes:
                content = operation.get("requestBody", {}).get("content", {}).get("application/json")
                body = made_up.value(content["schema"], document, system.ids) if content else None
                yield method.upper(), made_up.path(path, system.ids), body


async def test_every_page_that_takes_something_refuses_a_view(system: Whole, view: View) -> None:
    csrf = fields(await view.browser.get(f"{view.root}/"))["csrf"]
    form = {"csrf": csrf, **{name: str(value) for name, value in system.ids.items()}}
    found = list(page_writes(system))
    assert len(found) > 8
    async with nothing_changes(system):
        for method, path in found:
            answer = await view.browser.request(method, f"{view.root}{path}", data=form, headers=SAME_SITE)
            assert answer.status_code == 403, path
            assert "This is a read-only view" in answer.text, path
            if path.startswith(("/sign-in/", "/console/")) or path == "/sign-in":
                continue  # nobody's pages, and those of staff
            # and with the view's token in place of an insured's own session the page knows nobody
            cookie = {"Cookie": f"sid={view.token}"}
            own = await view.browser.request(method, f"/{SLUG}{path}", data=form, headers=SAME_SITE | cookie)
            assert not own.is_success, path
    await system.door._parts.asker.ask(ResolveSession(token=view.token))


async def test_every_call_that_writes_refuses_a_read_only_session(system: Whole, view: View) -> None:
    found = list(api_operations(system, writes=True))
    assert len(found) > 5
    async with nothing_changes(system), system.browser(headers={"Authorization": f"Bearer {view.token}"}) as client:
        for method, path, body in found:
            answer = await client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "read_only"), path
    await system.door._parts.asker.ask(ResolveSession(token=view.token))


async def test_every_page_and_every_call_that_reads_writes_nothing(system: Whole, view: View) -> None:
    """What is shown is shown, and leaves no trace but that of the looking."""
    seen: list[int] = []
    async with nothing_changes(system):
        for route in system.door._pages:
            assert isinstance(route, Route)
            inside = route.path.partition("/view/{impersonation:uuid}")[2]
            if inside and "GET" in (route.methods or ()) and "{key}" not in inside:
                answer = await view.browser.get(f"{view.root}{made_up.path(inside, system.ids)}")
                seen.append(answer.status_code)
                # a page that begins something, such as a passkey, is refused; what the household has not is nowhere
                assert answer.status_code in ((403,) if inside.endswith("/passkeys/new") else (200, 303, 404)), inside
        async with system.browser(headers={"Authorization": f"Bearer {view.token}"}) as client:
            for _, path, _ in api_operations(system, writes=False):
                answer = await client.get(path)
                assert answer.status_code < 500, path
    assert seen.count(200) > 7


async def test_the_services_alone_refuse_whatever_writes(
    system: Whole, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the door, over the gateway's first connection, with a login that could write."""
    transaction = Database.transaction

    def writing(self: Database, *arguments: Any, **_: Any) -> Any:
        return transaction(self, *arguments)

    monkeypatch.setattr(Database, "transaction", writing)
    assert len(WRITES) > 20
    async with nothing_changes(system):
        for message in WRITES:
            refusal = "sign_in_required" if message.caller is Caller.AGENCY else "read_only"
            assert await ask(system, message, view.session.principal) == refusal, message.subject


async def test_the_databases_login_alone_writes_nothing(
    system: Whole, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the door and the bus, with a service that does not look at who asks."""
    monkeypatch.setattr(requests, "_check", lambda *_: None)
    async with nothing_changes(system):
        for message in WRITES:
            outcome = await ask(system, message, view.session.principal)
            assert outcome not in ("read_only",), message.subject  # the check is away
    for logins in system.databases.values():
        database = logins.open()
        async with database.transaction(system.agency.id, read_only=True) as tx:
            for prepared, refusal in (
                ("", "read-only transaction"),
                ("SET transaction_read_only = off;", "permission"),
            ):
                with pytest.raises(PostgresError, match=refusal):
                    await tx.driver.execute(f"{prepared} INSERT INTO outbox (id) VALUES ('{new_id()}')")
                await tx.driver.execute("ROLLBACK; BEGIN")
        await database.close()


async def test_the_bus_alone_lets_nothing_through_that_writes(
    system: Whole, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the second user's own connection, with services that do not look, and a login that could write."""
    monkeypatch.setattr(requests, "_check", lambda *_: None)
    denied: list[str] = []

    async def note(error: Exception) -> None:
        denied.append(str(error).lower())

    every = [message for message in messages() if not (issubclass(message, Request) and message in READS)]
    client = await stack.connect(system.server, VIEW_USER, error_cb=note)
    async with nothing_changes(system):
        for message in every:
            body = json.dumps(made_up.message(message, system.ids)).encode()
            await client.publish(message.subject, body, client.new_inbox(), {HEADER: view.session.principal})
            await flush(client)
    assert len(denied) == len(every)
    assert all("permissions violation for publish" in one for one in denied)
    await client.close()


async def test_whatever_says_that_it_reads_is_let_through_and_needs_no_login_that_writes(
    system: Whole, view: View
) -> None:
    client = await stack.connect(system.server, VIEW_USER)
    assert len(READS) > 5
    async with nothing_changes(system):
        for message in READS:
            body = json.dumps(made_up.message(message, system.ids)).encode()
            reply = await client.request(message.subject, body, timeout=10, headers={HEADER: view.session.principal})
            refusal = (reply.headers or {}).get(wire.REFUSAL, "")
            assert refusal not in ("read_only", "internal", "sign_in_required"), message.subject
    await client.close()


async def test_after_its_time_nothing_of_a_view_is_left(system: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what the gateway remembers nor a principal that is on its way outlives it."""
    # long enough for a machine that stands still for some seconds before the first look
    monkeypatch.setattr(impersonations, "LASTS", timedelta(seconds=8))
    async with opened(system) as view:
        assert (await view.browser.get(f"{view.root}/policies")).status_code == 200

        async def status() -> int:
            return (await view.browser.get(f"{view.root}/policies", headers={"Cookie": f"ro={view.token}"})).status_code

        await stack.eventually(status, 410, within=60, every=0.2)
        assert await ask(system, GetMe, view.session.principal) == "sign_in_required"
        client = system.browser(headers={"Authorization": f"Bearer {view.token}"})
        assert (await client.get("/api/v1/me")).status_code == 401


async def ask(system: Whole, message: type[Request[Any]], principal: str) -> str:
    """Asks over a connection that may publish anything; returns the refusal's code, or nothing."""
    body = json.dumps(made_up.message(message, system.ids)).encode()
    reply = await system.ops.request(message.subject, body, timeout=10, headers={HEADER: principal})
    return (reply.headers or {}).get(wire.REFUSAL, "")
