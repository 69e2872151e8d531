"""The whole system in this process: the four services on databases of their own, the gateway, and one household."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from nats.aio.client import Client

from contracts.documents.id_cards import IssueIdCard, ListIdCards
from contracts.identity.agencies import AddAgency, Agency, AgencyDetails
from contracts.identity.sessions import Browser
from contracts.principal import Kind
from contracts.streams import STREAMS, consumers
from gateway import app
from gateway.door import Door
from gateway.settings import GatewaySettings
from kit.bus import Asker
from kit.ids import new_id
from kit.process import Process
from ops.stack.nats import NatsServer
from services.documents.app import PROCESS as DOCUMENTS
from services.identity.app import PROCESS as IDENTITY
from services.identity.signed_in import sessions
from services.notify.app import PROCESS as NOTIFY
from services.policy.app import PROCESS as POLICY

from . import stack
from .journeys.household import Household, event
from .logins import Logins
from .notify.mail_servers import post_office

SLUG = "oakhill"
BASE = "http://localhost:8080"
Clone = Callable[[str], Awaitable[Logins]]
PROCESSES: dict[str, Process] = {"identity": IDENTITY, "policy": POLICY, "documents": DOCUMENTS, "notify": NOTIFY}


TABLES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
HASH = "SELECT '{table}' AS name, md5(coalesce(string_agg({line}, E'\\n' ORDER BY {line}), '')) AS hash FROM {table} t"


@dataclass
class Whole:
    """Everything that runs; `ids` are those of the household, by what they name."""

    server: NatsServer
    door: Door
    ops: Client
    databases: dict[str, Logins]
    agency: Agency
    family: Household
    ids: dict[str, Any]

    def browser(self, **options: Any) -> httpx.AsyncClient:
        """A browser without history."""
        transport = httpx.ASGITransport(self.door, raise_app_exceptions=False, client=("203.0.113.7", 50000))
        return httpx.AsyncClient(transport=transport, base_url=BASE, timeout=30, **options)

    async def session(self, kind: Kind, subject: UUID | None = None, **more: Any) -> str:
        """A live session's token."""
        database = self.databases["identity"].open()
        try:
            async with database.transaction(self.agency.id) as tx:
                return (await sessions.open_one(kind, subject or new_id(), (), Browser(), tx, **more)).token
        finally:
            await database.close()

    async def settled(self) -> None:
        """Returns when nothing is under way between the services any more."""

        async def waiting() -> int:
            # consumers first: what one has settled has left its outcome in an outbox, or in a stream meanwhile
            published, count = await self._published(), 0
            for stream in STREAMS:
                if stream.name == "PORTAL":
                    continue  # the agencies' own systems take from there, and there is none
                for consumer in await self.ops.jsm().consumers_info(stream.name):
                    count += (consumer.num_pending or 0) + (consumer.num_ack_pending or 0)
            for logins in self.databases.values():
                count += await logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
            # one by one only at the end: the bus acknowledges a publication before it counts it for consumers
            return count or await self._unsettled() + await self._published() - published

        await stack.eventually(waiting, 0, within=30, every=0.05)

    async def _unsettled(self) -> int:
        found = consumers()
        return sum([await stack.unsettled(self.ops, one.stream, one.durable) for one in found])

    async def _published(self) -> int:
        return sum([info.state.last_seq for info in await self.ops.jsm().streams_info()])

    async def kept(self, but: frozenset[str] = frozenset()) -> dict[str, str]:
        """A hash of what each table of all services holds, except the tables named in `but`."""
        found: dict[str, str] = {}
        for service, logins in self.databases.items():
            tables = [row["name"] for row in await logins.fetch(TABLES) if f"{service}.{row['name']}" not in but]
            rows = await logins.fetch(
                " UNION ALL ".join(HASH.format(table=table, line=_line(table)) for table in tables)
            )
            found |= {f"{service}.{row['name']}": row["hash"] for row in rows}
        return found


@contextlib.asynccontextmanager
async def whole(server: NatsServer, clone: Clone) -> AsyncIterator[Whole]:
    """Starts everything on an empty bus; the household has an auto policy and an ID card that was drawn."""
    ops = await stack.connect(server)
    await stack.empty_streams(ops)
    databases = {name: await clone(name) for name in PROCESSES}
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(ops.close)
        post = await opened.enter_async_context(post_office())
        for name, process in PROCESSES.items():
            assert process.service is not None
            settings = _settings(name, server, databases[name], post.port)
            await opened.enter_async_context(
                stack.running(process.service, settings, process.open_parts, type(settings))
            )
        gateway = await stack.connect(server, "gateway")
        opened.push_async_callback(gateway.close)
        door = await opened.enter_async_context(app.open_web(_gateway_settings(server), gateway, Asker(gateway)))
        agency = await Asker(ops).ask(AddAgency(details=_details()))
        family = Household()
        found = Whole(server, door, ops, databases, agency, family, {"agency": SLUG})
        await _fill(found)
        yield found


async def _fill(found: Whole) -> None:
    events = [
        event("carrier", "quillfeather", {"name": "Quillfeather Mutual", "naic": "99101"}),
        *found.family.events(),
    ]
    await found.settled()
    for one in events:
        kind = one["type"].split(".")[1]
        data = stack.cloud_event(kind, one["subject"], int(one["sequence"]), one["data"])
        await found.ops.jetstream().publish(f"ams.{SLUG}.{kind}", data)
    await found.settled()
    identity = found.databases["identity"]
    found.ids["account"] = await identity.value("SELECT id FROM accounts")
    found.ids["contact"] = await identity.value("SELECT id FROM contacts")
    who = stack.signed(found.agency.id, found.ids["account"], sub=found.ids["contact"])
    asker = Asker(found.ops)
    (option,) = (await asker.ask(ListIdCards(), who)).items
    found.ids |= {"policy": option.policy, "vehicle": option.vehicle}
    found.ids["document"] = (await asker.ask(IssueIdCard(policy=option.policy, vehicle=option.vehicle), who)).id
    await found.settled()


def _settings(name: str, server: NatsServer, logins: Logins, smtp_port: int) -> Any:
    own = {"smtp_url": f"smtp://127.0.0.1:{smtp_port}"} if name == "notify" else {}
    return stack.SETTINGS.get(name, stack.settings_for)(server, logins, **own)


def _gateway_settings(server: NatsServer) -> GatewaySettings:
    return GatewaySettings(
        nats_url=server.url,
        nats_user="gateway",
        nats_password=stack.NATS_PASSWORDS["gateway"],
        view_password=stack.NATS_PASSWORDS["gateway_view"],
        principal_keys="{}",
        csrf_key="of-the-gateway-in-tests-0123456789",
        public_url=BASE,
    )


def _details() -> AgencyDetails:
    return AgencyDetails(slug=SLUG, name="Oak Hill Insurance", phone="512-555-0100", email="agent@oakhill.example")


def _line(table: str) -> str:
    """A row as text; of messages only their ids, since relays note how far they are."""
    return {"outbox": "t.id::text", "inbox": "t.message_id"}.get(table, "t::text")
