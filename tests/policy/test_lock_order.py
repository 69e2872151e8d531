"""Locks are taken in one order, whatever comes first: processes that touch the same rows wait, and never deadlock."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.principal import Kind, Role
from kit.bus import FeedEvent
from kit.bus.feed_events import parse
from kit.bus.portal_reader import PortalMessage
from kit.database import Transaction
from kit.ids import new_id
from services.policy.holders import confirmations, office
from services.policy.requests import making
from services.policy.sync import carriers, feed
from services.policy.webhooks import deliveries, hearing, log, registry
from services.policy.webhooks.deliveries import Due
from services.policy.webhooks.posting import Answer
from tests import stack
from tests.locking import AGENCY, WAITING, Rows, Work

from .conftest import SLUG, policy
from .hooks import in_line

WEBHOOK = UUID(int=7)


def told(kind: str, ams_id: str, version: int, data: dict[str, Any], **more: Any) -> FeedEvent:
    return parse(f"ams.{SLUG}.{kind}", stack.cloud_event(kind, ams_id, version, data, **more), datetime.now(UTC))


async def test_entities_are_locked_in_the_order_of_their_ids_whatever_order_they_come_in(rows: Rows) -> None:
    def keeping(version: int, *names: str) -> Work:
        events = [told("carrier", name, version, {"name": f"{name} Mutual"}) for name in names]
        return lambda tx: carriers.CARRIERS.keep([(event, carriers.row_of(event, "UTC")) for event in events], tx)

    await rows.do(keeping(1, "A", "B", "C"))
    async with rows.stuck(keeping(2, "C", "A", "B"), "SELECT FROM carriers WHERE ams_id = 'B' FOR UPDATE"):
        assert await rows.free("carriers", "ams_id") == ["C"]
    assert await rows.logins.value("SELECT min(version) FROM carriers") == 2


async def test_a_snapshot_sweeps_kinds_in_the_order_in_which_they_are_applied(rows: Rows) -> None:
    book = [told("carrier", "C1", 1, {"name": "Redwood Mutual"}), told("policy", "P1", 1, policy())]
    await rows.do(lambda tx: feed.apply(book, tx))
    ends = [
        told("snapshot", "S", 1, {}, type="ams.snapshot.started.v1"),
        told("snapshot", "S", 2, {"counts": {"policy": 0, "carrier": 0}}, type="ams.snapshot.ended.v1"),
    ]
    async with rows.stuck(lambda tx: feed.apply(ends, tx), "SELECT FROM carriers FOR UPDATE"):
        assert await rows.free("policies", "ams_id") == ["P1"]
    assert await rows.logins.value("SELECT count(*) FROM policies WHERE deleted") == 1


def settle(tx: Transaction) -> Awaitable[Any]:
    """Notes that the event was not taken."""
    return deliveries.settle(WEBHOOK, [(Due(WEBHOOK, "M1", 0, b""), Answer(503, "status"))], tx)


def turn_off(tx: Transaction) -> Awaitable[Any]:
    return registry.turn_off(WEBHOOK, tx)


def end(tx: Transaction) -> Awaitable[Any]:
    return registry.end(WEBHOOK, tx)


def replay(tx: Transaction) -> Awaitable[Any]:
    return log.replay(WEBHOOK, datetime(2026, 1, 1, tzinfo=UTC), tx)


@pytest.mark.parametrize("held", ["webhooks", "webhook_deliveries"])
@pytest.mark.parametrize("work", [settle, turn_off, end, replay])
async def test_a_webhook_is_locked_before_what_is_on_its_way_and_that_before_its_place_in_line(
    rows: Rows, work: Work, held: str
) -> None:
    await in_line(rows.logins, AGENCY, WEBHOOK)
    order = {"webhooks": "id", "webhook_deliveries": "webhook", "webhook_queue": "webhook"}
    async with rows.stuck(work, f"SELECT FROM {held} FOR UPDATE"):
        free = [table for table, name in order.items() if await rows.free(table, name)]
    assert free == list(order)[list(order).index(held) + 1 :]


async def test_what_happens_puts_webhooks_in_line_when_it_commits_and_in_one_order(rows: Rows) -> None:
    first, second = UUID(int=2), UUID(int=9)  # a set of the two has them the other way round
    assert list({first, second}) == [second, first]
    await in_line(rows.logins, AGENCY, second, first)
    heard = [PortalMessage("M2", "signed-in", datetime.now(UTC), b"{}")]

    async def hear(tx: Transaction) -> None:
        await hearing.keep(heard, tx)
        assert await rows.free("webhook_queue", "webhook") == [second]  # nothing is locked of it yet but by the holder

    async with rows.stuck(hear, f"SELECT FROM webhook_queue WHERE webhook = '{first}' FOR UPDATE"):
        assert await rows.free("webhook_queue", "webhook") == [second]
    assert await rows.logins.value("SELECT count(*) FROM webhook_deliveries WHERE message = 'M2'") == 2


async def test_requests_that_the_agencys_system_answers_are_locked_in_the_order_of_their_ids(rows: Rows) -> None:
    first, second, third = (UUID(int=number) for number in (1, 2, 3))
    for request in (first, second, third):
        facts = (request, AGENCY, AGENCY, AGENCY, "Pat Rivera", request, "general", "{}", None, "", "", "", "", None)
        await rows.logins.fetch(making.KEEP, *facts, "{}", "2026-11", "en")
    named = {"T1": third, "T2": second, "T3": first}  # by the agency's system, the other way round
    answers = [told("request", name, 1, {"portal_id": str(of), "status": "seen"}) for name, of in named.items()]
    async with rows.stuck(lambda tx: feed.apply(answers, tx), f"SELECT FROM requests WHERE id = '{second}' FOR UPDATE"):
        assert await rows.free("requests", "id") == [third]
    assert await rows.logins.value("SELECT count(*) FROM requests WHERE status = 'seen'") == 3


async def test_holders_are_held_before_the_task_that_is_about_them(rows: Rows) -> None:
    account, task = new_id(), new_id()
    await rows.logins.fetch(
        "INSERT INTO accounts (id, agency, ams_id, version, changed_at, deleted, name)"
        " VALUES ($1, $2, 'A1', 1, now(), false, 'Rivera household')",
        *(account, AGENCY),
    )
    await rows.logins.fetch(
        "INSERT INTO tasks (id, agency, action, account, about, facts)"
        " VALUES ($1, $2, 'certificate-holder-added', $3, $1, '{}')",
        *(task, AGENCY, account),
    )
    who = stack.principal(AGENCY, kind=Kind.STAFF, role=Role.CSR)
    async with rows.database.transaction(AGENCY) as tx:  # the feed, just telling some
        await confirmations.hold(tx)
        finishing = asyncio.create_task(rows.do(lambda tx: office.finish(task, who, "Alex Agent", tx)))
        await stack.eventually(lambda: finishing.done() or rows.logins.value(WAITING))
        assert await rows.free("tasks", "id") == [task]
    await finishing
    assert await rows.free("tasks", "done_by") == ["Alex Agent"]
