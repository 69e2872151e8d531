"""`bench sign-in`: address, code, session and the first page's data, by the whole stack, against bare NATS requests.

Everybody comes from an address of their own and as a contact of their own, so that budgets are not what is measured.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Mapping
from ipaddress import IPv4Address
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg

from kit.bus.connection import flush
from ops.bench.asking import ask_bare
from ops.bench.calls import Line, open_line
from ops.bench.people import email_of, tell_of_people
from ops.bench.responder import answering
from ops.bench.rounds import alternate, print_ratios
from ops.bench.spending import counted_statements, processor_seconds
from ops.bench.temporary import running_stack, temporary_folder
from ops.problem import Problem
from ops.running import Running, find_running
from ops.stack.nats import OPS

ROUNDS = 5
PERIOD = 3.0  # seconds of one figure
AT_ONCE = 32
PEOPLE = 1500
FIRST_ADDRESS = IPv4Address("198.18.0.0")  # of RFC 2544, for measurements
CODE_WITHIN = 10.0
COUNTED = 40  # sign-ins, one after the other, whose statements are counted
TARGET = 0.10
BASE, SIGN_IN = "bare nats-py request", "sign-in, address to first data"


def run(_: Path) -> None:
    """Measures and prints; starts and ends a stack of its own, which believes one proxy."""
    with temporary_folder() as folder, running_stack(folder, PORTICO_PROXIES="1") as address:
        uvloop.run(_run(find_running(folder), address))


async def _run(stack: Running, address: str) -> None:
    place = urlsplit(address)
    assert place.hostname
    assert place.port
    async with stack.bus() as client:
        await tell_of_people(stack, client, PEOPLE)
        arrivals = Arrivals(stack, place.hostname, place.port)
        await arrivals.listen(client)
        with answering(stack.places.nats_url, stack.secrets.nats(OPS), principal_keys=""):
            figures = await alternate({BASE: lambda: ask_bare(client), SIGN_IN: arrivals.per_second}, ROUNDS)
        async with counted_statements(stack) as statements:
            await arrivals.in_a_row(COUNTED)
    print_ratios(figures, BASE, {SIGN_IN: TARGET})
    slices = quantiles(arrivals.took, n=100)
    print(f"one sign-in, {AT_ONCE} side by side: half within {slices[49]:.0f} ms, 99 % within {slices[98]:.0f} ms")
    print_costs("ms of processor time", {name: 1000 * s / len(arrivals.took) for name, s in arrivals.spent.items()})
    print_costs("statements", {login: count / COUNTED for login, count in statements.items()})


def print_costs(what: str, costs: Mapping[str, float]) -> None:
    """Prints what one sign-in costs in all and by whom, the most first."""
    most = sorted(costs.items(), key=lambda cost: -cost[1])
    parts = [f"{name} {cost:.1f}" for name, cost in most if cost >= 0.05]
    print(f"one sign-in costs {sum(costs.values()):.1f} {what}: {', '.join(parts)}")


class Arrivals:
    """People who sign in over the JSON API; `took` are the milliseconds of each.

    `spent` are the seconds of processor time that they cost together, by process.
    """

    def __init__(self, stack: Running, host: str, port: int) -> None:
        self.took: list[float] = []
        self.spent: dict[str, float] = {}
        self._stack = stack
        self._place = (host, port)
        self._codes: dict[str, asyncio.Future[str]] = {}
        self._numbers = itertools.count()

    async def listen(self, client: Client) -> None:
        """Hears every identification code as notify hears it."""

        async def heard(message: Msg) -> None:
            code = json.loads(message.data)
            waiting = self._codes.pop(code["to"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(code["code"])

        await client.subscribe("code.notify.send", cb=heard)
        await flush(client)

    async def per_second(self) -> float:
        """Sign-ins per second, AT_ONCE side by side."""
        done = 0
        end = time.perf_counter() + PERIOD

        async def person() -> None:
            nonlocal done
            line = await open_line(*self._place)
            try:
                while time.perf_counter() < end:
                    started = time.perf_counter()
                    await self._sign_in(line, next(self._numbers))
                    self.took.append((time.perf_counter() - started) * 1000)
                    done += 1
            finally:
                line.writer.close()

        started, before = time.perf_counter(), processor_seconds(self._stack)
        await asyncio.gather(*(person() for _ in range(AT_ONCE)))
        took = time.perf_counter() - started
        for name, seconds in processor_seconds(self._stack).items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds - before.get(name, 0.0)
        return done / took

    async def in_a_row(self, count: int) -> None:
        """So many sign-ins, one after the other."""
        line = await open_line(*self._place)
        for _ in range(count):
            await self._sign_in(line, next(self._numbers))
        line.writer.close()

    async def _sign_in(self, line: Line, number: int) -> None:
        email, origin = email_of(number % PEOPLE), str(FIRST_ADDRESS + number % 100_000)
        code = self._codes[email] = asyncio.get_running_loop().create_future()
        started = await line.call("POST", "/api/v1/demo/sign-in", {"email": email}, X_Forwarded_For=origin)
        verify = f"/api/v1/demo/sign-in/{started['sign_in']}/verify"
        try:
            given = await asyncio.wait_for(code, CODE_WITHIN)
        except TimeoutError:
            raise Problem("No identification code left the stack in time.") from None
        session = await line.call("POST", verify, {"code": given}, X_Forwarded_For=origin)
        me = await line.call("GET", "/api/v1/me", None, Authorization=f"Bearer {session['token']}")
        if me["contact"]["email"] != email:
            raise Problem(f"Whoever signed in as {email} came in as {me['contact']['email']}.")
