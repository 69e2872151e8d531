"""Publishes events over the bus as an agency's system does: many in flight, each acknowledged once it is stored."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from contracts.streams import STREAMS
from ops.ams.lines import Addressed, LineRefused, address, check, read_lines
from ops.bus import connected
from ops.problem import Problem
from ops.stack.systems import NAMES, login_file, read_login

IN_FLIGHT = 256
PATIENCE = 30.0  # seconds of an outage before we give up
PAUSE = 0.5
TIMEOUT = 5.0  # seconds for one acknowledgement
REMEMBERED = next(stream.duplicate_window for stream in STREAMS if stream.name == "AMS")  # seconds

Refused = Callable[[int, str], None]


class Publisher:
    """Publishes side by side within a bound; `refused` gets the number and the reason of what the bus refuses."""

    def __init__(self, client: Client, refused: Refused | None = None) -> None:
        self.published = 0
        self._stream = client.jetstream(timeout=TIMEOUT)
        self._refused = refused
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: Exception | None = None

    async def publish(self, event: Addressed, number: int = 0) -> None:
        """Publishes in the background, waiting here while too many are in flight; raises Problem after an outage."""
        await self._room.acquire()
        if self._failed is not None:
            raise self._failed
        task = asyncio.create_task(self._publish(event, number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Returns once everything is stored or refused; raises Problem after an outage."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._failed is not None:
            raise self._failed

    async def _publish(self, event: Addressed, number: int) -> None:
        try:
            await self._store(event)
            self.published += 1
        except (nats.js.errors.APIError, nats.errors.MaxPayloadError) as error:
            reason = getattr(error, "description", None) or "the event is larger than the bus takes"
            if self._refused is None:
                self._failed = Problem(f"The bus refused an event: {reason}.")
            else:
                self._refused(number, f"bus: {reason}")
        except Exception as error:  # told by finish(): else the event would be missing without a word
            self._failed = error
        finally:
            self._room.release()

    async def _store(self, event: Addressed) -> None:
        late = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                # tried again it carries the same id, so that the bus knows a repeat
                stored = await self._stream.publish(
                    event.subject, event.body, stream="AMS", headers=event.headers or None
                )
            except (nats.errors.Error, TimeoutError, OSError) as error:
                if _is_final(error):
                    raise
                if asyncio.get_running_loop().time() > late:
                    raise Problem(
                        f"The bus did not store an event within {PATIENCE:.0f} s ({type(error).__name__}):"
                        " publish the same file again when it is back, nothing is applied twice."
                    ) from None
                await asyncio.sleep(PAUSE)
            else:
                if not stored.duplicate:
                    return
                # the bus drops a repeat without looking whether it says the same: whoever compares gets it later
                await asyncio.sleep(REMEMBERED)


def _is_final(error: Exception) -> bool:
    """Whether the bus will refuse the event every time: it is the event's fault, not the moment's."""
    if isinstance(error, nats.js.errors.APIError):
        return (error.code or 500) < 500
    return isinstance(error, nats.errors.MaxPayloadError)


def publish_file(file: str, agency: str, data: Path, *, checked: bool) -> int:
    """Publishes a file of lines (`-`: standard input) and reports refused ones; returns how many were refused."""
    url, user, password = login_of(agency, data)
    try:
        stream = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror}.") from None
    with stream:
        return asyncio.run(_publish_stream(stream, agency, (url, user, password), checked=checked))


async def _publish_stream(stream: IO[bytes], agency: str, login: tuple[str, str, str], *, checked: bool) -> int:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: PLC0415 - slow to load

    refused = 0
    console = Console(stderr=True, highlight=False, markup=False)
    columns = (TextColumn("{task.fields[done]} events"), BarColumn(), DownloadColumn())
    size = os.fstat(stream.fileno()).st_size if stream.seekable() else None
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("", total=size, done=0)

        def refuse(number: int, reason: str) -> None:
            nonlocal refused
            refused += 1
            console.print(f"line {number}: {reason}", soft_wrap=True)

        async with connected(*login) as client:
            publisher = Publisher(client, refuse)
            for number, line in read_lines(stream):
                try:
                    await publisher.publish(check(agency, line) if checked else address(agency, line), number)
                except LineRefused as refusal:
                    refuse(number, str(refusal))
                progress.update(bar, advance=len(line) + 1, done=publisher.published)
            await publisher.finish()
    print(f"published {publisher.published}, refused {refused}")
    return refused


def login_of(agency: str, data: Path) -> tuple[str, str, str]:
    """Address, user and password of an agency's system: from the environment, or from its file in the data folder."""
    names = NAMES[2:]  # of the bus
    settings = {name: os.environ[name] for name in names if name in os.environ}
    file = login_file(data, agency)
    if len(settings) < len(names):
        settings = read_login(file)
        if not settings:
            raise Problem(
                f"There is no login for the system of the agency {agency!r}: {file} is made by `./portico up`"
                f" (demo) or `./portico agency add`; or set {', '.join(names)}."
            )
    if settings["PORTICO_NATS_USER"].partition("_")[2] != agency:
        raise Problem(f"PORTICO_NATS_USER is {settings['PORTICO_NATS_USER']}, which may not publish for {agency!r}.")
    return settings[names[0]], settings[names[1]], settings[names[2]]
