"""Fixtures of the journeys: one real stack for all of them, browsers, the mailbox and the agency's system."""

import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from . import agency_system
from .agency_system import AgencySystem
from .front_end import FrontEnd
from .household import Household
from .mailbox import Mailbox
from .portal import Portal
from .profiles import Profiles, closed
from .secrets_seen import SecretsSeen
from .visitor import Visitor, take_pictures, visiting

HERE = Path(__file__).parent
LAST = "test_secrets.py"  # it looks for what all the others have seen
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAILED = pytest.StashKey[bool]()
PATIENCE = 20_000  # milliseconds for a page
OpenBrowser = Callable[..., Awaitable[Visitor]]
Arrive = Callable[..., Awaitable[Household]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The search for secrets comes after every other journey."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ordered = sorted((items[place] for place in places), key=lambda item: item.path.name == LAST)
    for place, item in zip(places, ordered, strict=True):
        items[place] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows the ends of the stack's logs, and leaves pictures of the open pages."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Portal):
                report.sections.append(("stack", value.remains()))
    return report


@pytest_asyncio.fixture(scope="session")
async def portal() -> AsyncIterator[Portal]:
    """The stack of most journeys; every trace of it is kept."""
    started = Portal({"PORTICO_TRACE_SHARE": "1"})
    await started.start()
    yield started
    assert await started.stop() == 0, started.remains()
    started.remove()


@pytest_asyncio.fixture(scope="session")
async def spare_portal() -> AsyncIterator[Portal]:
    """A stack for those who break or restart it; they leave it running."""
    started = Portal()
    await started.start()
    yield started
    assert await started.stop() == 0, started.remains()
    started.remove()


@pytest_asyncio.fixture(scope="session")
async def profiles() -> AsyncIterator[Profiles]:
    """One chromium; every visitor has a profile of their own in it."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield Profiles(browser)
        await closed(browser.close())


@pytest.fixture(scope="session")
def seen() -> SecretsSeen:
    """Secrets that came by."""
    return SecretsSeen()


@pytest_asyncio.fixture(scope="session")
async def mailbox(portal: Portal) -> AsyncIterator[Mailbox]:
    """The mailbox."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        yield Mailbox(client)


@pytest_asyncio.fixture(scope="session")
async def front_end(portal: Portal, mailbox: Mailbox, seen: SecretsSeen) -> AsyncIterator[FrontEnd]:
    """The JSON API."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        yield FrontEnd(client, mailbox, seen)


@pytest_asyncio.fixture(scope="session")
async def system(portal: Portal) -> AsyncIterator[AgencySystem]:
    """The demo agency's system."""
    async with agency_system.connected(portal) as connected:
        yield connected


@pytest_asyncio.fixture(scope="session")
async def desk(portal: Portal, seen: SecretsSeen) -> AsyncIterator[httpx.AsyncClient]:
    """The demo agency's system over HTTP, with an access token."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=20) as client:
        token = await agency_system.token(portal, client)
        seen.sessions.add(token)
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest_asyncio.fixture(scope="session")
async def arrive(system: AgencySystem, front_end: FrontEnd, desk: httpx.AsyncClient) -> Arrive:
    """`await arrive(Household(…), *further_events)`: a household that the agency's system has just told of."""

    async def published(household: Household, *further: dict[str, Any]) -> Household:
        told = [*household.events(), *further]
        await system.publish(*told)
        await front_end.known(household.email)
        contacts = {event["subject"] for event in told if event["type"].startswith("ams.contact.")}
        await agency_system.whole(desk, household.email, len(contacts))
        return household

    return published


@pytest_asyncio.fixture
async def open_browser(
    request: pytest.FixtureRequest,
    profiles: Profiles,
    portal: Portal,
    mailbox: Mailbox,
    seen: SecretsSeen,
    tmp_path: Path,
) -> AsyncIterator[OpenBrowser]:
    """`await open_browser(java_script_enabled=False, …)`: a browser without complaints."""
    opened: list[Visitor] = []
    async with AsyncExitStack() as stack:

        async def open_one(**options: Any) -> Visitor:
            options = {"locale": "en-US", "viewport": {"width": 390, "height": 844}} | options
            visitor = await stack.enter_async_context(visiting(profiles, portal.url, mailbox, seen, **options))
            visitor.context.set_default_timeout(PATIENCE)
            opened.append(visitor)
            return visitor

        yield open_one
        if request.node.stash.get(FAILED, False):
            for visitor in opened:
                sys.stderr.write("\n".join(await take_pictures(visitor, tmp_path)) + "\n")
    assert [complaint for visitor in opened for complaint in visitor.complaints] == []


@pytest_asyncio.fixture
async def visitor(open_browser: OpenBrowser) -> Visitor:
    """A person with an ordinary browser."""
    return await open_browser()


@pytest_asyncio.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
async def either_visitor(request: pytest.FixtureRequest, open_browser: OpenBrowser) -> Visitor:
    """A person with JavaScript, and one without."""
    return await open_browser(java_script_enabled=request.param)
