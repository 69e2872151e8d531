"""The gateway and every service on one bus in this process, two agencies with their households, and who calls."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any
from uuid import UUID

import httpx
from nats.aio.client import Client

from contracts.identity.agencies import AddAgency, AgencyDetails
from contracts.identity.impersonations import Impersonate, OpenView
from contracts.identity.sessions import Browser
from contracts.policy.acknowledgement import VERSION
from contracts.principal import Kind, Scope
from contracts.streams import consumers
from gateway import app
from gateway.door import Door
from kit.bus import Asker
from kit.database import Database
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.identity.signed_in import sessions
from tests import stack
from tests.gateway.conftest import BASE, renderer, settings_for
from tests.logins import Logins, Templates

from . import own_things
from .households import Household

SERVICES = ("identity", "policy", "documents", "notify")
STAFF: dict[str, Any] = {"kind": Kind.STAFF, "account": None, "email": ""}
CARRIER = {"name": "Quillfeather Mutual", "naic": "99101", "phone": "(800) 555-0110"}


@dataclass(frozen=True)
class Caller:
    """Who calls: its name in failures, its token and how it is carried, the agency it belongs to, and what it may see.

    `household` is whose insured it is, or for whom it looks; staff and systems see their agency's households.
    """

    name: str
    agency: str
    token: str = ""
    kind: str = "contact"
    household: Household | None = None
    view: UUID | None = None

    @property
    def read_only(self) -> bool:
        return self.view is not None


@dataclass
class Portal:
    """The running portal, its databases, and the people of these tests."""

    door: Door
    client: Client
    ops: Client
    logins: dict[str, Logins]
    own: Household
    neighbour: Household
    stranger: Household
    callers: dict[str, Caller] = field(default_factory=dict)

    @property
    def households(self) -> tuple[Household, ...]:
        return (self.own, self.neighbour, self.stranger)

    def browser(self) -> httpx.AsyncClient:
        """A client without history that comes from an address of its own in each request, as X-Forwarded-For says."""
        transport = httpx.ASGITransport(self.door, raise_app_exceptions=False, client=("127.0.0.1", 50000))
        return httpx.AsyncClient(transport=transport, base_url=BASE)

    async def fresh(self, caller: Caller) -> Caller:
        """The same caller with a session that nobody else uses, since it may be ended."""
        house = caller.household or next(house for house in self.households if house.agency == caller.agency)
        if caller.kind == "staff":
            _, token = await self.open(house, **STAFF, subject=house.things["desk"])
            return replace(caller, token=token)
        if caller.view is not None:
            view, key = await self.look(house)
            opened = await Asker(self.client).ask(OpenView(agency=house.agency, impersonation=view, key=key))
            return replace(caller, token=opened.token, view=view)
        _, token = await self.open(house)
        return replace(caller, token=token)

    async def look(self, household: Household) -> tuple[UUID, str]:
        """An impersonation of this household by its agency's staff that waits to be opened, and its key."""
        _, staff = await self.open(household, **STAFF, subject=household.things["desk"])
        wanted = Impersonate(access_token=staff, account=str(household.account), reason="as asked")
        link = await Asker(self.client).ask(wanted)
        return link.impersonation, link.url.rpartition("/")[2]

    async def open(self, household: Household, **changes: Any) -> tuple[UUID, str]:
        """A session of this household's contact; its id and token."""
        values: dict[str, Any] = {"email": household.email, "account": household.account, **changes}
        kind, subject = values.pop("kind", Kind.CONTACT), values.pop("subject", household.contact)
        database = self.logins["identity"].open(1)
        try:
            return await _open_session(database, household.agency_id, kind, subject, values)
        finally:
            await database.close()


async def _open_session(
    database: Database, agency: UUID, kind: Kind, subject: UUID, values: dict[str, Any]
) -> tuple[UUID, str]:
    async with database.transaction(agency) as transaction:
        opened = await sessions.open_one(kind, subject, ("otp", "hwk"), Browser(), transaction, **values)
    return opened.id, opened.token


@contextlib.asynccontextmanager
async def running_portal(server: NatsServer, templates: Templates) -> AsyncIterator[Portal]:
    """The portal with everything that was told of two agencies applied."""
    async with contextlib.AsyncExitStack() as opened:
        ops = await stack.connect(server)
        opened.push_async_callback(ops.close)
        await stack.empty_streams(ops)
        logins = {name: await templates.clone(name) for name in SERVICES}
        for name in SERVICES:
            process = import_module(f"services.{name}.app").PROCESS
            settings = stack.SETTINGS.get(name, stack.settings_for)(server, logins[name])
            assert process.service is not None
            await opened.enter_async_context(
                stack.running(process.service, settings, process.open_parts, process.settings)
            )
        client = await stack.connect(server, "gateway")
        opened.push_async_callback(client.close)
        with contextlib.ExitStack() as patched:
            patched.callback(setattr, app, "Renderer", app.Renderer)
            app.Renderer = renderer  # type: ignore[assignment,misc]  # templates take a third of a second to compile
            door = await opened.enter_async_context(
                app.open_web(settings_for(server, proxies=1), client, Asker(client))
            )
        portal = Portal(
            door,
            client,
            ops,
            logins,
            Household("oakhill", "quenby", 4101),
            Household("oakhill", "ostrander", 4202),
            Household("riverside", "tolliver", 4303),
        )
        await _tell(portal)
        await _open_everything(portal)
        await stack.eventually(lambda: _under_way(portal), 0, every=0.1)
        yield portal


async def _tell(portal: Portal) -> None:
    for slug in ("oakhill", "riverside"):
        details = AgencyDetails(slug=slug, name=f"{slug} agency", phone="512-555-0100", email=f"us@{slug}.example")
        agency = await Asker(portal.ops).ask(AddAgency(details=details))
        for household in portal.households:
            if household.agency == slug:
                household.agency_id = agency.id
    await stack.eventually(lambda: _count(portal, {"policy": ["agencies"], "documents": ["agencies"]}), 4)
    for slug in ("oakhill", "riverside"):
        await _publish(portal, slug, "carrier", "carrier", CARRIER)
    for household in portal.households:
        for kind, ams_id, data in household.events():
            await _publish(portal, household.agency, kind, ams_id, data)
    tables = {"identity": ["contacts"], "policy": ["accounts", "carriers", "policies"], "documents": ["accounts"]}
    await stack.eventually(lambda: _count(portal, tables), 3 + 3 + 2 + 3 + 3, within=20)
    await stack.eventually(lambda: _count(portal, {"documents": ["standings"]}), 3)
    for household in portal.households:
        of_account = "SELECT id FROM {} WHERE ams_id = $1"
        identity, policy = portal.logins["identity"], portal.logins["policy"]
        household.account = await identity.value(of_account.format("accounts"), f"a-{household.word}")
        household.contact = await identity.value(of_account.format("contacts"), f"c-{household.word}")
        household.policy = await policy.value(of_account.format("policies"), f"p-{household.word}")


async def _under_way(portal: Portal) -> int:
    """What services have left for one another and nobody has done yet, but for mails, which nobody takes here.

    The rows that it leads to are not to come while a test looks whether any row has changed.
    """
    every = "SELECT count(*) AS every, count(*) FILTER (WHERE sent_at IS NULL) AS waiting FROM outbox"
    before = [(await logins.fetch(every))[0] for logins in portal.logins.values()]
    found = [one for one in consumers() if one.process != "notify"]
    count = sum([await stack.unsettled(portal.ops, one.stream, one.durable) for one in found])
    after = [(await logins.fetch(every))[0] for logins in portal.logins.values()]
    return count + sum(row["waiting"] for row in before) + (before != after)


async def _publish(portal: Portal, slug: str, kind: str, ams_id: str, data: dict[str, Any]) -> None:
    body = stack.cloud_event(kind, ams_id, 1, data)
    await portal.ops.jetstream().publish(f"ams.{slug}.{kind}", body)


async def _count(portal: Portal, tables: dict[str, list[str]]) -> int:
    """Rows in tables of the services."""
    counts = [
        await portal.logins[service].value(f"SELECT count(*) FROM {table}")
        for service, names in tables.items()
        for table in names
    ]
    return sum(counts)


async def _open_everything(portal: Portal) -> None:
    """Each household has a session, an ID card, and a sign-in under way; then the callers are made."""
    async with portal.browser() as browser:
        for household in portal.households:
            household.session, household.token = await portal.open(household)
            issued = await browser.post(
                "/api/v1/id-cards",
                json={"policy": str(household.policy), "vehicle": household.vehicle},
                headers={"Authorization": f"Bearer {household.token}"},
            )
            assert issued.status_code == 201, issued.text
            household.document = UUID(issued.json()["document"]["id"])
            asked = await browser.post(
                "/api/v1/requests",
                json={
                    "form": {"kind": "general", "details": f"{household.word} asks"},
                    "acknowledged": VERSION,
                    "submission": str(new_id()),
                },
                headers={"Authorization": f"Bearer {household.token}"},
            )
            assert asked.status_code == 201, asked.text
            household.things["request"] = UUID(asked.json()["id"])
            begun = await browser.post(
                f"/api/v1/{household.agency}/sign-in",
                json={"email": household.email},
                headers={"X-Forwarded-For": f"203.0.113.{household.number % 250}"},
            )
            assert begun.status_code == 200, begun.text
            household.sign_in = begun.json()["sign_in"]
            household.things["channel"] = begun.json()["channels"][0]["id"]
            await own_things.make(portal.logins["identity"], household)
            await own_things.make_holder(portal.logins["policy"], household)
            await own_things.make_feed(portal.logins["policy"], household)
    await _make_callers(portal)


async def _make_callers(portal: Portal) -> None:
    own, stranger = portal.own, portal.stranger
    for house in portal.households:
        house.things["impersonation"], house.things["key"] = await portal.look(house)
    of_staff = {
        house.agency: (await portal.open(house, **STAFF, subject=house.things["desk"]))[1] for house in (own, stranger)
    }
    view = await portal.fresh(Caller("a read-only view", "oakhill", household=own, view=own.account))
    ended_id, ended = await portal.open(own)
    await portal.logins["identity"].fetch("UPDATE sessions SET ended_at = now() WHERE id = $1", ended_id)
    values = {"kind": Kind.SYSTEM, "account": None, "email": "", "scopes": tuple(Scope)}
    _, system = await portal.open(stranger, **values, subject=stranger.things["system"])
    _, undecided = await portal.open(own, account=None)
    portal.callers = {
        caller.name: caller
        for caller in (
            Caller("the insured", "oakhill", own.token, household=own),
            Caller("an insured of another agency", "riverside", stranger.token, household=stranger),
            view,
            Caller("a session without an account", "oakhill", undecided, household=own),
            Caller("a session that has ended", "oakhill", ended),
            Caller("nobody", "oakhill"),
            Caller("staff of another agency", "riverside", of_staff[stranger.agency], "staff"),
            Caller("a system of another agency", "riverside", system, "system"),
            Caller("staff", "oakhill", of_staff[own.agency], "staff"),
        )
    }
