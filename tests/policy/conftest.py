"""Policy on the real bus and a database of its own, with an agency and an account that identity told it of."""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AgencyChanged, AgencyDetails
from contracts.identity.contacts import AccountsChanged, ChangedAccount
from contracts.identity.telling import Told, WhoIsTold
from kit.bus import Asker
from kit.database import Database
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.policy.app import open_parts
from services.policy.handlers import service
from services.policy.settings import PolicySettings
from services.policy.webhooks import posting
from tests import stack
from tests.declared import declared
from tests.locking import Rows

__all__ = ["declared"]
SLUG = "oakhill"
WITH_TASK = Told(agent_email=True, customer_email=True, primary_email=True, task=True)
TODAY = datetime.now(UTC).date()


@dataclass
class Book:
    """Policy, told what the AMS says and asked in the name of account A1."""

    asker: Asker
    ops: Client
    logins: stack.Logins
    agency: UUID
    account: UUID

    async def publish(self, kind: str, ams_id: str, sequence: int, data: dict[str, Any] | None) -> None:
        """What the AMS says; returns when policy has heard it."""
        body = stack.cloud_event(kind, ams_id, sequence, data)
        await self.ops.jetstream().publish(f"ams.{SLUG}.{kind}", body)

        async def heard() -> bool:
            query = "SELECT count(*) FROM inbox WHERE message_id = $1"
            return bool(await self.logins.value(query, f"{SLUG}:/ams:{json.loads(body)['id']}"))

        await stack.eventually(heard)

    async def publish_refused(self, kind: str, ams_id: str, sequence: int, data: dict[str, Any]) -> None:
        """The same of something wrong; returns when it is in quarantine."""
        await self.ops.jetstream().publish(f"ams.{SLUG}.{kind}", stack.cloud_event(kind, ams_id, sequence, data))

        async def caught() -> bool:
            return bool(await self.logins.value("SELECT count(*) FROM quarantine"))

        await stack.eventually(caught)

    async def ask(self, request: Any, account: UUID | None = None) -> Any:
        return await self.asker.ask(request, stack.signed(self.agency, account or self.account))


def policy(**changes: Any) -> dict[str, Any]:
    return {
        "account": "A1",
        "carrier": "C1",
        "number": "PA-100",
        "line": "AUTOP",
        "status": "Active",
        "effective": day(-100),
        "expiration": day(265),
        "premium": "1200.50",
        **changes,
    }


def day(from_today: int) -> str:
    return (TODAY + timedelta(days=from_today)).isoformat()


def date_of(text: str) -> date:
    return date.fromisoformat(text)


async def tell_account(ops: Client, agency: UUID, account: UUID, ams_id: str, name: str) -> None:
    changed = ChangedAccount(
        account=account,
        ams_id=ams_id,
        version=1,
        changed_at=datetime.now(UTC),
        deleted=False,
        name=name,
        street="",
        city="",
        state="TX",
        postal_code="",
    )
    event = AccountsChanged(agency=agency, accounts=[changed])
    await ops.jetstream().publish(event.subject, event.model_dump_json().encode())


@contextlib.asynccontextmanager
async def opened_book(server: NatsServer, logins: stack.Logins) -> AsyncIterator[Book]:
    """Policy running on an empty bus and an empty database, with its agency and account known."""
    ops = await stack.connect(server)
    await stack.empty_streams(ops)
    await logins.clear()
    agency, account = new_id(), new_id()
    async with stack.running(service, stack.policy_settings(server, logins), open_parts, PolicySettings):
        details = AgencyDetails(
            slug=SLUG,
            name="Oak Hill Insurance",
            phone="512-555-0100",
            email="us@oakhill.example",
            who_is_told=WhoIsTold(request_made=WITH_TASK, request_replied=WITH_TASK),
        )
        told = AgencyChanged(agency=agency, version=1, details=details)
        await ops.jetstream().publish(told.subject, told.model_dump_json().encode())
        await tell_account(ops, agency, account, "A1", "Rivera household")

        async def known() -> bool:
            return await logins.value("SELECT (SELECT count(*) FROM agencies) + (SELECT count(*) FROM accounts)") == 2

        await stack.eventually(known)
        yield Book(Asker(ops), ops, logins, agency, account)
    await ops.close()


@pytest.fixture(autouse=True)
def receivers_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who hangs is left but where a test says after how long: what is left is tried again."""
    for name in ("PATIENCE", "CONNECTING"):
        monkeypatch.setattr(posting, name, 300.0)


@pytest_asyncio.fixture
async def book(nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]) -> AsyncIterator[Book]:
    """A book for one test, which may write in it."""
    async with opened_book(nats_server, await clone("policy")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def open_book(nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]) -> AsyncIterator[Book]:
    """A book for all tests of a module."""
    async with opened_book(nats_server, await clone("policy")) as opened:
        yield opened


@pytest_asyncio.fixture
async def rows(
    clone: Callable[[str], Awaitable[stack.Logins]], open_database: Callable[[stack.Logins], Database]
) -> Rows:
    """Policy's database with nothing in it, and no policy beside it."""
    logins = await clone("policy")
    await logins.clear()
    return Rows(logins, open_database(logins))
