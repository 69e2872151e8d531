"""What snapshots would have removed too much of, in the console and as JSON, with the real services behind both."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from contracts.principal import Role, Scope
from kit import held_removals
from kit.bus import sweeps
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


async def empty_snapshot(crew: Crew, snapshot: str, logins: stack.Logins, named: int = 0) -> None:
    """The AMS names none of its policies, or only the first ones."""
    stream = crew.identity.ops.jetstream()
    start = stack.cloud_event("snapshot", snapshot, 0, {}, type=STARTED)
    end = stack.cloud_event("snapshot", snapshot, 1, {"counts": {"policy": named}}, type=ENDED)
    items = [stack.cloud_event("policy", f"P{number}", 1, policy(), snapshot=snapshot) for number in range(named)]
    await stream.publish(f"ams.{SLUG}.snapshot", start)
    for kind, body in (*(("policy", item) for item in items), ("snapshot", end)):
        await stream.publish(f"ams.{SLUG}.{kind}", body)
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
        after = await browser.get(f"{CONSOLE}/sync")
        assert "would be removed" not in after.text and "Nothing had to be put right" not in after.text
        assert f"{MANY} kept: Policies" in after.text
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


async def test_a_snapshot_that_another_one_overtook_is_not_said_to_have_found_nothing(
    door: Gateway,
    crew: Crew,
    book: stack.Logins,  # noqa: F811
    vault: stack.Logins,  # noqa: F811
) -> None:
    await full_book(crew, book)
    stream = crew.identity.ops.jetstream()
    begun = stack.cloud_event("snapshot", "HALF", 0, {}, type=STARTED)
    ended = stack.cloud_event("snapshot", "HALF", 1, {"counts": {"policy": MANY}}, type=ENDED)
    for body in (begun, ended):  # what it named was lost
        await stream.publish(f"ams.{SLUG}.snapshot", body)
    await empty_snapshot(crew, "S", book, named=MANY)
    async with of(door, await crew.hire("Ada")) as browser:

        async def said() -> list[str]:
            page = await browser.get(f"{CONSOLE}/sync")
            return re.findall("Nothing had to be put right|It never became complete|Not all of it", page.text)

        await stack.eventually(said, ["Nothing had to be put right", "It never became complete"])


async def test_a_snapshot_of_which_something_never_came_says_so_a_day_later(
    door: Gateway,
    crew: Crew,
    book: stack.Logins,  # noqa: F811
    vault: stack.Logins,  # noqa: F811
) -> None:
    stream = crew.identity.ops.jetstream()
    ended = stack.cloud_event("snapshot", "SHORT", 1, {"counts": {"policy": 3}}, type=ENDED)
    begun = [stack.cloud_event("snapshot", snapshot, 0, {}, type=STARTED) for snapshot in ("SHORT", "ENDLESS")]
    for body in (*begun, ended):  # what SHORT named was lost, and so was the other one's end
        await stream.publish(f"ams.{SLUG}.snapshot", body)
    sentences = "#alert|It never ended|Still arriving|Some of it is missing|Not all of it was applied"
    async with of(door, await crew.hire("Ada")) as browser:

        async def said() -> list[str]:
            return sorted(re.findall(sentences, (await browser.get(f"{CONSOLE}/sync")).text))

        await stack.eventually(said, ["Not all of it was applied", "Still arriving"])
        for logins in (crew.identity.logins, book, vault):
            await logins.fetch("UPDATE snapshots SET started_at = started_at - interval '25 hours'")
        assert await said() == ["#alert", "#alert", "It never ended", "Some of it is missing"]


async def test_what_is_being_removed_without_a_decision_is_not_called_held_back(
    door: Gateway,
    crew: Crew,
    book: stack.Logins,  # noqa: F811
    vault: stack.Logins,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeps, "AT_ONCE", 4)
    monkeypatch.setattr(held_removals, "carry_out", not_now)
    await full_book(crew, book)
    await empty_snapshot(crew, "S", book, named=20)
    async with of(door, await crew.hire("Ada")) as browser:
        for path in ("/sync", "/sync/held"):
            page = await browser.get(f"{CONSOLE}{path}")
            assert "Being removed" in page.text and "0 removed, 10 still to go" in page.text
            assert "it would have removed too much" not in page.text and "Held back since" not in page.text
            assert "Nothing had to be put right" not in page.text and choices(page) == {}
        assert "so it is held back" not in (await browser.get(f"{CONSOLE}/")).text
    async with door.browser() as browser:
        admin = await _system(door, crew, browser, Scope.AGENCY_ADMIN)
        (removal,) = (await browser.get(f"{API}/held-removals", headers=admin)).json()["items"]
        assert (removal["state"], removal["removed"], removal["going"]) == ("removing", 0, 10)
        address = f"{API}/held-removals/{removal['id']}/decision"
        kept = await browser.post(address, json={"remove": False}, headers=admin)
        assert (kept.status_code, kept.json()["state"]) == (409, "removing")


async def not_now(*_: object) -> None:
    """As if the process had ended before."""
