"""Turns of webhooks: each has one at a time, in one process, and what comes in line as it ends is not forgotten."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from kit.bus.portal_reader import PortalMessage
from services.policy.webhooks import hearing, queue, registry
from services.policy.webhooks.queue import Turn
from tests import stack
from tests.locking import AGENCY, WAITING, Rows

from .hooks import in_line

ONE, OTHER = UUID(int=7), UUID(int=8)


async def claim(rows: Rows) -> list[Turn]:
    """What another process takes that looks at the line now."""
    async with rows.database.transaction(None) as tx:
        return await queue.claim(9, {}, 9, tx, failing=False)


async def test_a_webhook_that_is_busy_is_taken_by_nobody_else_before_its_lease_is_over(rows: Rows) -> None:
    await in_line(rows.logins, AGENCY, ONE)
    (turn,) = await claim(rows)
    assert await claim(rows) == []
    await rows.logins.fetch("UPDATE webhook_queue SET leased_until = now() - interval '1 second'")
    (next_one,) = await claim(rows)
    await rows.do(lambda tx: queue.finish(turn, tx))  # who comes back late ends nobody else's turn
    assert await rows.logins.value("SELECT lease FROM webhook_queue WHERE leased_until > now()") == next_one.lease
    assert await claim(rows) == []


async def test_a_busy_webhook_takes_no_turn_from_another_of_its_agency(rows: Rows) -> None:
    await in_line(rows.logins, AGENCY, ONE, OTHER)
    async with rows.database.transaction(None) as tx:
        (first,) = await queue.claim(1, {}, 1, tx, failing=False)
    async with rows.database.transaction(None) as tx:
        (second,) = await queue.claim(9, {}, 1, tx, failing=False)
    assert {first.webhook, second.webhook} == {ONE, OTHER}


async def test_who_looks_at_the_same_moment_takes_what_is_left_and_waits_for_nobody(rows: Rows) -> None:
    await in_line(rows.logins, AGENCY, ONE, OTHER)
    async with rows.database.transaction(None) as tx:
        (first,) = await queue.claim(1, {}, 9, tx, failing=False)
        (second,) = await claim(rows)
    assert {first.webhook, second.webhook} == {ONE, OTHER}


async def test_what_comes_in_line_while_a_turn_ends_is_not_forgotten(rows: Rows) -> None:
    await in_line(rows.logins, AGENCY, ONE)
    (turn,) = await claim(rows)
    await rows.logins.fetch("UPDATE webhook_deliveries SET state = 'delivered'")
    heard = (
        "INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)"
        f" VALUES (gen_random_uuid(), '{AGENCY}', '{ONE}', 'M2', 'signed-in', now())"
    )
    entered = "UPDATE webhook_queue SET due_at = now()"
    async with rows.stuck(lambda tx: queue.finish(turn, tx), heard, entered):
        pass
    (found,) = await claim(rows)
    assert found.webhook == ONE


async def test_what_happens_while_a_webhook_is_turned_off_is_not_in_line_for_it(rows: Rows) -> None:
    await in_line(rows.logins, AGENCY, ONE)
    heard = [PortalMessage("M2", "signed-in", datetime.now(UTC), b"{}")]
    async with rows.database.transaction(AGENCY) as tx:
        await registry.turn_off(ONE, tx)
        hearing_it = asyncio.create_task(rows.do(lambda tx: hearing.keep(heard, tx)))
        await stack.eventually(lambda: hearing_it.done() or rows.logins.value(WAITING))
    await hearing_it
    assert await rows.logins.value("SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting'") == 0
    assert await rows.logins.value("SELECT count(*) FROM webhook_queue") == 0
    assert await rows.logins.value("SELECT count(*) FROM heard_events") == 2  # kept for whoever asks for it again
