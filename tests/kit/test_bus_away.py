"""The bus goes away and comes back: the loop keeps turning, work goes on unaided, and what is frozen ends itself."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.documents.vault import Documents, GetHomeDocuments
from contracts.identity.contacts import AccountsChanged
from contracts.kinds import Unavailable
from kit.bus import Asker, Call, Service
from kit.bus.connection import CLOSED
from kit.database import Transaction
from kit.ids import new_id
from kit.watchdog import FROZEN
from ops.stack.child import Child, start_child
from tests import stack
from tests.kit.messages import OAKHILL, accounts_changed, keep
from tests.stack import eventually, running, settings_for, signed

SCRIPT = Path(__file__).with_name("frozen.py")
ROOT = Path(__file__).parents[2]


@contextlib.asynccontextmanager
async def process(folder: Path, what: str, url: str = "") -> AsyncIterator[Child]:
    """frozen.py in a process of its own, once it is ready."""
    child = start_child(
        [sys.executable, SCRIPT, what, url],
        folder / f"{what}-{new_id()}.log",
        ends_with=signal.SIGKILL,
        environment={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        await eventually(lambda: "ready" in child.last_lines(), within=60)
        yield child
    finally:
        await child.stop(signal.SIGKILL, 5)


class Turns:
    """The longest that the loop worked without turning, in seconds of its own: others may keep it from working."""

    longest = 0.0

    async def watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.01)
            self.longest = max(self.longest, time.thread_time() - before)


async def test_everything_goes_on_by_itself_when_the_bus_is_back(servers_folder, made_up) -> None:
    logins = await made_up("documents")
    service = Service("documents")

    @service.answers(GetHomeDocuments)
    async def list_newest(request: GetHomeDocuments, call: Call) -> Documents:
        return Documents(items=[])

    @service.hears(AccountsChanged)
    async def hear(event: AccountsChanged, transaction: Transaction) -> None:
        await keep(event.accounts[0].name, transaction)

    turns = Turns()
    async with stack.own_bus(servers_folder) as bus, running(service, settings_for(bus.server, logins)):
        gateway = await stack.connect(bus.server, "gateway", max_reconnect_attempts=-1, reconnect_time_wait=0.1)
        who = signed(OAKHILL, OAKHILL)
        await Asker(gateway).ask(GetHomeDocuments(), who)
        watching = asyncio.create_task(turns.watch())
        await bus.kill()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(Asker(gateway).ask(GetHomeDocuments(), who, deadline=1), 20)
        await bus.start()
        ops = await stack.connect(bus.server)
        await ops.jetstream().publish(AccountsChanged.subject, accounts_changed("back").model_dump_json().encode())
        await eventually(lambda: logins.value("SELECT count(*) FROM things WHERE what = 'back'"), 1)

        async def answered() -> bool:
            with contextlib.suppress(Unavailable):
                return bool(await Asker(gateway).ask(GetHomeDocuments(), signed(OAKHILL, OAKHILL), deadline=0.5))
            return False

        await eventually(answered)
        watching.cancel()
        await ops.close()
        await gateway.close()
    assert turns.longest < 1


@pytest.mark.parametrize(("what", "status"), [("portico", None), ("two-attempts", FROZEN)])
async def test_a_process_outlives_the_bus(servers_folder, what, status) -> None:
    """With a limit of attempts FastStream's pull loop spins once they are used up; the watchdog ends the process."""
    async with stack.own_bus(servers_folder) as bus, process(servers_folder, what, bus.server.url) as child:
        await bus.kill()
        if status is None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(child.wait(), 1.5)
            await bus.start()
            ops = await stack.connect(bus.server)

            async def back() -> bool:
                info = await ops.jsm().consumer_info("JOBS", "notify-job-notify-mail_document")
                return bool(info.num_waiting)

            await eventually(back)
            await ops.close()
            return
        assert await asyncio.wait_for(child.wait(), 50) == status
        assert "_consume_pull" in child.log.read_text()  # where it hung


async def test_a_connection_that_closed_for_good_ends_the_process(servers_folder, nats_server, ops_client) -> None:
    """A pull loop of FastStream's spins on a closed connection before anybody is told: then it is the watchdog."""
    async with (
        process(servers_folder, "closed", nats_server.url) as silent,
        process(servers_folder, "closed-while-fetching", nats_server.url) as fetching,
    ):
        assert await asyncio.wait_for(silent.wait(), 50) == CLOSED
        assert await asyncio.wait_for(fetching.wait(), 50) == FROZEN


async def test_a_blocked_loop_ends_the_process(servers_folder) -> None:
    async with (
        process(servers_folder, "blocked") as watched,
        process(servers_folder, "blocked-unwatched") as unwatched,
    ):
        assert await asyncio.wait_for(watched.wait(), 50) == FROZEN
        assert await asyncio.wait_for(unwatched.wait(), 50) == 0
    assert "frozen.py" in watched.log.read_text()  # where it hung
    assert "frozen.py" not in unwatched.log.read_text()


async def test_a_process_that_was_paused_is_not_frozen(servers_folder) -> None:
    async with stack.own_bus(servers_folder) as bus, process(servers_folder, "paused", bus.server.url) as child:
        child.send(signal.SIGSTOP)
        await asyncio.sleep(3)  # longer than its loop may stand still
        child.send(signal.SIGCONT)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(child.wait(), 1)
