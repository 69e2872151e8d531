"""A message that takes its whole process down is set aside after a few times; what came beside it is not."""

import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.identity.contacts import AccountsChanged
from contracts.streams import durable
from kit.bus.attempts import MOST
from ops.stack.child import start_child
from tests import stack
from tests.kit.book import CARRIER, FEED, kept, quarantined, send
from tests.kit.ending import KILLER
from tests.kit.messages import accounts_changed

SCRIPT = Path(__file__).with_name("ending.py")
ROOT = Path(__file__).parents[2]
EVENT = durable("policy", AccountsChanged.subject)

pytestmark = [pytest.mark.slow]


@pytest.fixture
def keep_running(nats_server, book, tmp_path) -> Callable[[Callable[[], Awaitable[Any]]], Awaitable[int]]:
    """Runs ending.py until something is seen; returns how often it ended."""
    settings = stack.settings_for(nats_server, book).model_dump(mode="json")
    for name, value in stack.settings_for(nats_server, book):
        settings[name] = value.get_secret_value() if hasattr(value, "get_secret_value") else value

    child = start_child(
        [sys.executable, SCRIPT, json.dumps(settings)],
        tmp_path / "ending.log",
        ends_with=signal.SIGTERM,
        environment={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    async def until(seen: Callable[[], Awaitable[Any]]) -> int:
        def ends() -> int:
            return child.log.read_text().splitlines().count("ended")

        async def look() -> bool:
            assert child.running, child.last_lines()
            assert ends() <= 2 * MOST
            return bool(await seen())

        try:
            await stack.eventually(look, within=90, every=0.1)
        finally:
            await child.stop(signal.SIGTERM, 20)
        return ends()

    return until


async def test_an_event_of_the_feed_that_ends_its_process_is_set_aside_and_the_others_are_applied(
    ops_client, book, oakhill, keep_running
) -> None:
    await stack.change_consumer(ops_client, FEED, ack_wait=2)
    for ams_id in ("before", KILLER, "behind"):
        await send(oakhill, stack.cloud_event("carrier", ams_id, 1, CARRIER))

    async def all_settled() -> bool:  # an attempt is struck off after its message is acknowledged
        return await stack.unsettled(ops_client, "AMS", FEED) == 0 and not await book.fetch("SELECT * FROM attempts")

    ends = await keep_running(all_settled)
    assert await kept(book) == ["before", "behind"]
    (row,) = await quarantined(book)
    assert row["code"] == "process_ended"
    assert json.loads(row["body"])["subject"] == KILLER
    assert ends == MOST + 1  # once in the batch, and then alone


async def test_an_event_that_ends_its_process_is_set_aside(ops_client, book, keep_running) -> None:
    await stack.change_consumer(ops_client, EVENT, ack_wait=2)
    event = accounts_changed(KILLER)
    await ops_client.jetstream().publish(event.subject, event.model_dump_json().encode())

    async def set_aside() -> bool:
        return bool(await quarantined(book))

    assert await keep_running(set_aside) == MOST + 1
    (row,) = await quarantined(book)
    assert (row["code"], row["consumer"]) == ("process_ended", EVENT)
