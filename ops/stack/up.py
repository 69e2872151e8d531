"""`./portico up`: the whole portal on one machine, from its servers to the demo agency, until it is told to stop."""

import asyncio
import contextlib
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops.problem import Problem
from ops.stack.assembly import Stack
from ops.stack.child import StartFailed
from ops.stack.demo import AGENCY as DEMO
from ops.stack.folder import RUNTIME, DataFolder, opened
from ops.stack.mails import mails_are_read_at
from ops.stack.ports import PortTaken

if TYPE_CHECKING:
    from contracts.identity.agencies import Agency


@dataclass(frozen=True)
class Options:
    """What the person at the terminal chose: the gateway's port, the data folder, whether to have the demo agency
    and whether to empty the folder first.
    """

    port: int
    data: Path
    demo: bool
    reset: bool


def up(options: Options) -> None:
    """Runs the stack until SIGINT, SIGTERM or SIGHUP; raises Problem when it cannot start."""
    with opened(options.data, reset=options.reset) as folder:
        try:
            asyncio.run(_run(folder, options))
        except (StartFailed, PortTaken) as error:
            raise Problem(str(error)) from None


async def _run(folder: DataFolder, options: Options) -> None:
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, told_to_stop.set)
    stack = Stack(folder, options.port, say, demo=options.demo)
    stopping = asyncio.create_task(told_to_stop.wait())
    starting = asyncio.create_task(_start(stack))
    living: list[asyncio.Task[None]] = []
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            if stack.demo:
                living.append(asyncio.create_task(stack.keep_demo_alive()))
            _welcome(stack, await stack.agencies())
            await stopping
    finally:
        if told_to_stop.is_set():
            say("stopping")
        for task in (starting, stopping, *living):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        await stack.stop()
        (folder.path / RUNTIME).unlink(missing_ok=True)


async def _start(stack: Stack) -> None:
    await stack.make_room()
    if stack.is_migrated:  # the processes load their code while the servers start
        await asyncio.gather(stack.start_servers(), stack.start_processes())
        await stack.prepare()
    else:
        await stack.start_servers()
        await stack.prepare()
        await stack.start_processes()
    await stack.wait_ready()
    stack.keep()
    await stack.prepare_agencies()
    if stack.demo:
        await stack.load_demo()


def _welcome(stack: Stack, agencies: "list[Agency]") -> None:
    address = stack.places.public_url
    print(f"ready {address}/demo\n" if stack.demo else f"ready {address}/", flush=True)
    if stack.demo:
        _show_demo(address)
    for agency in (agency for agency in agencies if not (stack.demo and agency.slug == DEMO)):
        print(f"{agency.name}: {address}/{agency.slug}/, staff: {address}/{agency.slug}/console/")
    if agencies:
        print(mails_are_read_at(agencies, address, stack.folder.path))
    else:
        print("There is no agency yet: `./portico agency add` adds one.")
    print("Ctrl-C stops everything.", flush=True)


def _show_demo(address: str) -> None:
    from ops.demo.load import WHO  # noqa: PLC0415 - beside the start, not before it
    from ops.demo.people import STAFF  # noqa: PLC0415

    rows = [("address", "account", "what they show"), *WHO]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for email, account, shows in rows:
        print(f"  {email:<{widths[0]}}  {account:<{widths[1]}}  {shows}")
    print(f"\nStaff: {address}/demo/console/, at first with the invitation in the mailbox")
    for email, name, role in STAFF:
        print(f"  {email:<{widths[0]}}  {name} ({role.value})")
    print()


def say(line: str) -> None:
    """One line to the person at the terminal; the answer itself goes to standard output."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
