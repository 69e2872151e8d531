"""What snapshots would have removed too much of, in the console and as JSON, with the real services behind both."""

import asyncio
import re
from typing import Any

import httpx

from contracts.principal import Role, Scope
from tests.identity.conftest import SLUG
from tests.policy.conftest import policy

from ... import stack
from ..browsing import send
from ..conftest import Gateway
from .conftest import of
from .test_feed_pages import API, CONSOLE, Crew, _system, book, vault  # noqa: F401 - fixtures

HELD = rf'href="({CONSOLE}/sync/held/[0-9a-f-]+)\?do=(keep|remove)"'
MANY = 30
STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"


async def empty_snapshot(crew: Crew, snapshot: str, logins: stack.Logins) -> None:
    """The AMS names none of its policies."""
    stream = crew.identity.ops.jetstream()
    for sequence, (kind, data) in enumerate(((STARTED, {}), (ENDED, {"counts": {"policy": 0}}))):
        body = stack.cloud_event("snapshot", snapshot, sequence, data, type=kind)
        await stream.publish(f"ams.{SLUG}.snapshot", body)
    over = "SELECT count(*) FROM snapshots WHERE id = $1 AND swept_at IS NOT NULL"
    await stack.eventually(lambda: logins.value(over, snapshot), 1)


async def full_book(crew: Crew, logins: stack.Logins) -> None:
    stream = crew.identity.ops.jetstream()
    bodies = [stack.cloud_event("policy", f"P{number}", 1, policy()) for number in range(MANY)]
    await asyncio.gather(*(stream.publish(f"ams.{SLUG}.policy", body) for body in bodies))
    await stack.eventually(lambda: logins.value("SELECT count(*) FROM policies"), MANY)


def choices(page: httpx.Response) -> dict[str, str]:
    """Where the page's two buttons lead, by what they do."""
    return {do: f"{address}?do={do}" for address, do in re.findall(HELD, page.text)}


async def test_everybody_sees_it_and_an_admin_decides_after_a_second_look(
    door: Gateway,
    crew: Crew,
    book: stack.Logins,  # noqa: F811
    vault: stack.Logins,  # noqa: F811
) -> None:
    await full_book(crew, book)
    await empty_snapshot(crew, "S", book)
    async with of(door, await crew.hire("Cy", Role.CSR)) as browser:
        first = await browser.get(f"{CONSOLE}/")
        assert "so it is held back" in first.text and f'href="{CONSOLE}/sync/held"' in first.text
        page = await browser.get(f"{CONSOLE}/sync/held")
        assert f"{MANY} of {MANY} would be removed" in page.text and "An admin of your agency decides" in page.text
        assert choices(page) == {}
        address = f"{CONSOLE}/sync/held/{await book.value('SELECT id FROM held_removals')}"
        assert (await browser.get(f"{address}?do=remove")).status_code == 403
        assert (await send(browser, page, {"do": "remove"}, address)).status_code == 403
    assert await book.value("SELECT state FROM held_removals") == "held"
    async with of(door, await crew.hire("Ada")) as browser:
        page = await browser.get(f"{CONSOLE}/sync")
        assert f"{MANY} of {MANY} would be removed" in page.text and "it would have removed too much" in page.text
        keep = await browser.get(choices(page)["keep"])
        assert "Keep them?" in keep.text
        done = await send(browser, keep, {"do": "keep"}, keep.url.path)
        assert (done.status_code, done.headers["location"]) == (303, f"{CONSOLE}/sync/held")
        after = await browser.get(f"{CONSOLE}/sync/held")
        assert "They stay, and this comparison is forgotten." in after.text and "Nothing is held back" in after.text
        late = await send(browser, keep, {"do": "remove"}, keep.url.path)
        assert "decided otherwise" in (await browser.get(late.headers["location"])).text
        assert "would be removed" not in (await browser.get(f"{CONSOLE}/sync")).text
        await empty_snapshot(crew, "T", book)
        page = await browser.get(f"{CONSOLE}/sync")
        remove = await browser.get(choices(page)["remove"])
        assert "Remove them?" in remove.text
        for _ in range(2):  # a double click
            assert (await send(browser, remove, {"do": "remove"}, remove.url.path)).status_code == 303
        await stack.eventually(lambda: book.value("SELECT count(*) FROM policies WHERE NOT deleted"), 0)
        assert "held back" not in (await browser.get(f"{CONSOLE}/")).text

        async def logged() -> list[str]:
            activity = await browser.get(f"{CONSOLE}/activity")
            return sorted(re.findall(rf"(Held back|Had {MANY}|Kept {MANY})[^<]* {MANY}[^<]*: Policies", activity.text))

        await stack.eventually(logged, [f"Had {MANY}", "Held back", "Held back", f"Kept {MANY}"])


async def test_a_system_decides_as_json(
    door: Gateway,
    crew: Crew,
    book: stack.Logins,  # noqa: F811
    vault: stack.Logins,  # noqa: F811
) -> None:
    await full_book(crew, book)
    await empty_snapshot(crew, "S", book)
    async with door.browser() as browser:
        admin = await _system(door, crew, browser, Scope.AGENCY_ADMIN, Scope.AMS_PUBLISH)
        publisher = await _system(door, crew, browser, Scope.AMS_PUBLISH)
        assert (await browser.get(f"{API}/held-removals", headers=publisher)).status_code == 403
        (held,) = (await browser.get(f"{API}/held-removals", headers=admin)).json()["items"]
        assert (held["kind"], held["snapshot"], held["going"], held["state"]) == ("policy", "S", MANY, "held")
        address = f"{API}/held-removals/{held['id']}/decision"
        assert (await browser.post(address, json={"remove": True}, headers=publisher)).status_code == 403
        wrong: tuple[Any, ...] = ({}, {"remove": "yes"}, {"remove": True, "all": True})
        for body in wrong:
            assert (await browser.post(address, json=body, headers=admin)).status_code in (400, 422)
        done = await browser.post(address, json={"remove": True}, headers=admin)
        assert (done.status_code, done.json()["state"]) == (202, "removing")
        await stack.eventually(lambda: book.value("SELECT count(*) FROM policies WHERE NOT deleted"), 0)
        await stack.eventually(lambda: book.value("SELECT state FROM held_removals"), "removed")
        again = await browser.post(address, json={"remove": True}, headers=admin)
        assert (again.status_code, again.json()["state"]) == (202, "removed")
        other = await browser.post(address, json={"remove": False}, headers=admin)
        assert (other.status_code, other.json()["code"], other.json()["state"]) == (409, "decided_otherwise", "removed")
        assert (await browser.get(f"{API}/held-removals", headers=admin)).json()["items"] == []
