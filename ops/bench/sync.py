"""`bench sync`: AMS events to durable, applied rows, in batches and one by one, against one statement for all."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import asyncpg
import nats
import uvloop
from nats.aio.client import Client

from contracts.streams import feed_durable
from ops.bench.rounds import Variant, alternate, print_ratios
from ops.bench.temporary import running_stack, temporary_folder
from ops.running import Running, find_running
from ops.stack.nats import OPS
from ops.stack.places import with_login
from ops.stack.postgres import SUPERUSER

ROUNDS = 5
EVENTS = {"in batches": 5000, "one by one": 500}
TARGET = 0.5
BULK = "the same rows, one statement"
DURABLE = feed_durable("policy")
PAUSE = f"$JS.API.CONSUMER.PAUSE.AMS.{DURABLE}"
IN_FLIGHT = 256
_numbers = count(1)


class Book:
    """A running stack whose policy process is held back while events are published, and then let go."""

    def __init__(self, client: Client, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._client = client
        self.database = database

    async def applied_per_second(self, bodies: Sequence[bytes]) -> float:
        """Events per second from the first fetch to the last acknowledgement, which follows the commit."""
        await self._pause(timedelta(hours=1))
        await self._publish(bodies)
        await self._pause(None)
        # a pull that was held back may be let go up to five seconds later
        await self._until(lambda waiting, _: waiting < len(bodies))
        started = time.perf_counter()
        await self._until(lambda waiting, in_hand: waiting + in_hand == 0)
        return len(bodies) / (time.perf_counter() - started)

    async def bulk_per_second(self) -> float:
        """Rows per second of one statement that writes the rows of the newest events into a table like theirs.

        The table has its indexes, and no row-level security, inbox or outbox: the best that this server does.
        """
        await self.database.execute("DROP TABLE IF EXISTS bulk; CREATE TABLE bulk (LIKE policies INCLUDING ALL)")
        rows = await self.database.fetchval(
            "SELECT jsonb_agg(p) FROM (SELECT * FROM policies WHERE ams_id LIKE 'B-%' ORDER BY id DESC LIMIT $1) p",
            EVENTS["in batches"],
        )
        started = time.perf_counter()
        await self.database.execute(
            "INSERT INTO bulk SELECT * FROM jsonb_populate_recordset(NULL::bulk, $1::jsonb)"
            " ON CONFLICT (agency, ams_id) DO UPDATE SET version = excluded.version"
            " WHERE excluded.version > bulk.version",
            rows,
        )
        return EVENTS["in batches"] / (time.perf_counter() - started)

    async def _until(self, seen: Callable[[int, int], bool]) -> None:
        """Returns once it is so: of events that nobody has fetched, and of fetched ones that are not acknowledged."""
        while True:
            state = await self._client.jsm().consumer_info("AMS", DURABLE)
            if seen(state.num_pending or 0, state.num_ack_pending or 0):
                return
            await asyncio.sleep(0.005)

    async def _pause(self, length: timedelta | None) -> None:
        until = (datetime.now(UTC) + length).isoformat() if length else "0001-01-01T00:00:00Z"
        reply = await self._client.request(PAUSE, json.dumps({"pause_until": until}).encode())
        assert "error" not in json.loads(reply.data), reply.data

    async def _publish(self, bodies: Iterable[bytes]) -> None:
        stream = self._client.jetstream(timeout=20)
        room = asyncio.Semaphore(IN_FLIGHT)

        async def publish(body: bytes) -> None:
            async with room:
                await stream.publish("ams.demo.policy", body, stream="AMS")

        await asyncio.gather(*(publish(body) for body in bodies))


def new_policies(number: int) -> list[bytes]:
    """Events of so many policies that nobody has heard of."""
    first = next(_numbers)
    return [event(f"B-{first}-{n}", 1, n, f"A-{n % 1000}") for n in range(number)]


def event(ams_id: str, version: int, n: int, account: str) -> bytes:
    """A policy with five coverages and two vehicles, of an account that nobody knows."""
    coverage = {"description": "Coverage", "limits": [{"basis": "each accident", "amount": "100000"}], "premium": "90"}
    data = {
        "account": account,
        "carrier": "quillfeather",
        "number": f"QFA {version:05}{n:06}",
        "line": "AUTOP",
        "status": "Active",
        "effective": date(2026, 9, 1).isoformat(),
        "expiration": date(2027, 3, 1).isoformat(),
        "premium": "743.00",
        "coverages": [{"code": code, **coverage} for code in ("BI", "PD", "UM", "PIP", "RREIM")],
        "vehicles": [{"id": str(v), "year": 2021, "make": "Toyota", "model": "RAV4", "state": "TX"} for v in (1, 2)],
    }
    envelope = {
        "specversion": "1.0",
        "id": f"bench-{ams_id}-{version}",
        "source": "/bench",
        "type": "ams.policy.upserted.v1",
        "subject": ams_id,
        "sequence": str(version),
        "data": data,
    }
    return json.dumps(envelope).encode()


def run(_: Path) -> None:
    """Measures and prints; starts and ends two stacks of its own, one of which applies its events one by one."""
    with (
        temporary_folder() as batches,
        temporary_folder() as singles,
        running_stack(batches),
        running_stack(singles, PORTICO_FEED_BATCH="1"),
    ):
        uvloop.run(_run(find_running(batches), find_running(singles)))


async def _run(batches: Running, singles: Running) -> None:
    books = {"in batches": await open_book(batches), "one by one": await open_book(singles)}
    figures = await alternate(
        {
            **{name: _applying(book, EVENTS[name]) for name, book in books.items()},
            BULK: books["in batches"].bulk_per_second,
        },
        ROUNDS,
    )
    print_ratios(figures, BULK, {"in batches": TARGET})
    gain = sorted(a / b for a, b in zip(figures["in batches"], figures["one by one"], strict=True))
    print(f"in batches ÷ one by one: {gain[len(gain) // 2]:.1f} (target 15)")


def _applying(book: Book, number: int) -> Variant:
    async def variant() -> float:
        return await book.applied_per_second(new_policies(number))

    return variant


async def open_book(stack: Running) -> Book:
    """The book of policies of a running stack."""
    client = await nats.connect(stack.places.nats_url, user=OPS, password=stack.secrets.nats(OPS))
    password = stack.secrets.derive("postgres")
    return Book(
        client, await asyncpg.connect(with_login(stack.places.database_url, SUPERUSER, password, "portico_policy"))
    )
