"""Parts of the stack are killed, or told to end, while people and an agency's system go on."""

import asyncio
import itertools
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from ops.stack.ready import answers

from . import agency_system
from .agency_system import AgencySystem
from .front_end import FrontEnd
from .household import Household
from .load import Answer, Feed, Load, versions
from .mailbox import Mailbox
from .portal import PROCESSES, SERVICES, Portal, until
from .secrets_seen import SecretsSeen

pytestmark = [pytest.mark.stack, pytest.mark.slow]
PEOPLE = 80
HEALED_WITHIN = 60.0  # seconds, on a machine that is busy with other things
LONGEST = 30.0  # seconds: a page asks three times, each for five seconds at most; and the machine is busy
KILLED = (*PROCESSES, "nats", "postgres")


@dataclass
class Town:
    """A stack with many people who can sign in, and one of them signed in."""

    portal: Portal
    system: AgencySystem
    family: Household
    people: list[str]
    token: str
    token_of_family: str

    def load(self) -> Load:
        """People, none of whom asks for a code more often than is allowed."""
        return Load(self.portal.url, itertools.cycle(self.people))


@pytest_asyncio.fixture(scope="module")
async def town(spare_portal: Portal) -> AsyncIterator[Town]:
    """Eighty people whom the agency's system has just told of."""
    family, neighbours = Household(mobile=True), [Household(mobile=True) for _ in range(PEOPLE)]
    async with (
        agency_system.connected(spare_portal) as system,
        httpx.AsyncClient(base_url=spare_portal.url, timeout=20) as client,
    ):
        events = [event for household in (family, *neighbours) for event in household.events()]
        await system.publish(*events)
        front_end = FrontEnd(client, Mailbox(client), SecretsSeen())
        await front_end.known(neighbours[-1].email)
        tokens = [await front_end.sign_in(household.email) for household in (neighbours[0], family)]
        people = [household.email for household in neighbours[1:]]
        yield Town(spare_portal, system, family, people, *tokens)


@asynccontextmanager
async def going_on(*work: asyncio.Task[None]) -> AsyncIterator[None]:
    """Runs work beside the block, and has its failures."""
    try:
        yield
    finally:
        await asyncio.gather(*work)


async def wait_until_back(portal: Portal, name: str, pid: int) -> None:
    """Returns once another process does this one's work."""

    async def back() -> bool:
        found = portal.running().get(name)
        if found is None or found["pid"] == pid:
            return False
        return not found["health"] or await answers(found["address"], found["health"])

    await until(back, patience=90, step=0.1)


def starts_again(portal: Portal, name: str, how: str) -> int:
    """How often `up` has said so."""
    return len(re.findall(rf"(?m)^{name} {how}: starting it again", portal.printed))


def disorder(found: list[Answer], apart: list[tuple[float, float]]) -> list[Answer]:
    """Answers that nobody can do anything with; connections may break while there is no gateway (`apart`)."""
    return [
        answer
        for answer in found
        if not answer.in_order
        and not (
            answer.error and any(answer.began <= end and start <= answer.began + answer.seconds for start, end in apart)
        )
    ]


async def test_stack_heals_after_each_process_is_killed_and_nothing_published_is_lost(town: Town) -> None:
    portal, load, feed = town.portal, town.load(), Feed(town.system, town.family)
    no_gateway: list[tuple[float, float]] = []
    healed: dict[str, float] = {}
    work = [
        asyncio.create_task(load.look_at_pages(town.token)),
        asyncio.create_task(load.sign_in_again_and_again()),
        asyncio.create_task(feed.go_on()),
    ]
    async with going_on(*work):
        try:
            for name in KILLED:
                said, began = starts_again(portal, name, "was ended by SIGKILL"), time.monotonic()
                pid = portal.signal(name, signal.SIGKILL)
                await wait_until_back(portal, name, pid)
                assert starts_again(portal, name, "was ended by SIGKILL") == said + 1
                if name == "gateway":
                    no_gateway.append((began, time.monotonic()))
                await wait_for_whole_journey(load)
                healed[name] = time.monotonic() - began
            while feed.promises < 300:
                await asyncio.sleep(0.05)
        finally:
            load.stop()
            feed.stop()

    assert {name: seconds for name, seconds in healed.items() if seconds > HEALED_WITHIN} == {}
    assert disorder(load.answers, no_gateway) == []
    assert max(answer.seconds for answer in load.answers) < LONGEST
    await wait_until_applied(town, feed)


async def wait_for_whole_journey(load: Load) -> None:
    """Returns once somebody has signed in with a code from the mailbox and seen Home."""
    async with load.client() as client:

        async def whole() -> bool:
            return await load.sign_in(client, next(load.emails))

        await until(whole, patience=90)


async def wait_until_applied(town: Town, feed: Feed) -> None:
    """Returns once each policy is at the newest version that was promised, and the bad events are in quarantine."""
    async with httpx.AsyncClient(
        base_url=town.portal.url, headers={"cookie": f"sid={town.token_of_family}"}, timeout=20
    ) as client:

        async def applied() -> bool:
            page = await client.get("/api/v1/policies", params={"limit": 200})
            return page.status_code == 200 and versions(page) == feed.stored

        await until(applied)

    async def caught() -> bool:
        listed = (await town.portal.run("quarantine", "list", "--agency", "demo")).out
        return listed.count("schema /data/effective") >= feed.bad

    await until(caught)


async def test_services_that_are_told_to_end_answer_what_they_have_taken(town: Town) -> None:
    portal, load = town.portal, town.load()
    work = [asyncio.create_task(load.look_at_pages(town.token, pause=0.01)) for _ in range(3)]
    async with going_on(*work):
        try:
            for name in SERVICES:
                pid = portal.signal(name, signal.SIGTERM)
                await wait_until_back(portal, name, pid)
                assert starts_again(portal, name, "ended with exit status 0") > 0
        finally:
            load.stop()
    assert disorder(load.answers, []) == []
    refused = [answer for answer in load.answers if answer.status != 200]
    assert {answer.status for answer in refused} <= {503}
    # each service runs once here, so while it starts there is nobody: that is said at once
    assert max(answer.seconds for answer in load.answers) < LONGEST


async def test_gateway_that_is_told_to_end_answers_what_it_has_taken(town: Town) -> None:
    portal, load = town.portal, town.load()
    async with load.client(town.token) as client:
        assert await load.ask(client, "GET", "/demo/policies")  # who asks is known from here on
        with paused(portal, "policy"):
            waiting = [asyncio.create_task(load.ask(client, "GET", "/demo/policies")) for _ in range(8)]
            for _ in range(5):  # what comes after them is answered: all of them have come to the gateway
                answer = await load.ask(client, "GET", "/healthz")
                assert answer is not None and answer.status_code == 200
            pid = portal.signal("gateway", signal.SIGTERM)
            await asyncio.sleep(0.3)
            assert not any(task.done() for task in waiting)
        answered = await asyncio.gather(*waiting)
    assert [answer and answer.status_code for answer in answered] == [200] * 8
    await wait_until_back(portal, "gateway", pid)
    assert starts_again(portal, "gateway", "ended with exit status 0") > 0


@contextmanager
def paused(portal: Portal, name: str) -> Iterator[None]:
    """For the block this process does nothing, so that who asks it waits."""
    portal.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        portal.signal(name, signal.SIGCONT)
