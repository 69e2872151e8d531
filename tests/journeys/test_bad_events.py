"""What is wrong in a feed: named line by line before it is sent, kept with the reason after, and never in the way."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import Arrive
from .front_end import FrontEnd
from .household import Event, Household, event
from .portal import Portal, until

pytestmark = [pytest.mark.stack]


@dataclass(frozen=True)
class Feed:
    """A file of events, good and bad, about one household."""

    family: Household
    file: Path
    lines: list[str]


def write_feed(family: Household, folder: Path) -> Feed:
    """Two good lines with everything bad between them."""
    older = family.auto(premium="1.00") | {"sequence": "1"}
    lines: list[Event | str] = [
        family.auto(premium="1777.00"),  # 1
        '{"specversion": "1.0", "type": "ams.policy.upserted.v1", broken',  # 2
        family.auto(description="x" * 300_000),  # 3
        family.auto() | {"type": "ams.policy.exploded.v1"},  # 4
        event("spaceship", "S-1", {"name": "Nostrum"}),  # 5
        older,  # 6: right in form
        family.auto(effective="soon"),  # 7
        family.auto(f"JP-{family.number}-B", number=f"JB {family.number}", premium="55.00"),  # 8
    ]
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file = folder / "feed.ndjson"
    file.write_text("\n".join(written) + "\n")
    return Feed(family, file, written)


async def premiums(front_end: FrontEnd, family: Household) -> dict[str, str]:
    """What the household pays, by policy number, once both of its policies are there and the first has changed."""
    async with front_end.signed_in(family.email) as client:

        async def changed() -> dict[str, str] | None:
            items = (await client.get("/api/v1/policies")).json()["items"]
            found = {item["number"]: item["premium"]["amount"] for item in items}
            return found if len(found) == 2 and found[family.policy_number] != "812.00" else None

        found = await until(changed)
        assert found is not None
        return found


async def test_bad_lines_are_named_and_the_good_ones_around_them_applied(
    portal: Portal, arrive: Arrive, front_end: FrontEnd, tmp_path: Path
) -> None:
    feed = write_feed(await arrive(Household(mobile=True)), tmp_path)
    said = await portal.run("ams", "publish", str(feed.file))
    assert said.status == 1
    assert said.out.strip() == "published 3, refused 5"
    refused = dict(re.findall(r"(?m)^line (\d+): (\w+)", said.err))
    assert refused == {"2": "not_json", "3": "too_large", "4": "unknown_type", "5": "unknown_type", "7": "schema"}
    assert "/data/effective" in said.err
    family = feed.family
    # the older version in line 6 changed nothing
    assert await premiums(front_end, family) == {family.policy_number: "1777.00", f"JB {family.number}": "55.00"}


async def test_bad_events_that_were_stored_wait_in_quarantine_with_their_reasons(
    portal: Portal, arrive: Arrive, front_end: FrontEnd, tmp_path: Path
) -> None:
    feed = write_feed(await arrive(Household(mobile=True)), tmp_path)
    before = (await portal.run("quarantine", "list")).out
    said = await portal.run("ams", "publish", "--no-check", "-", given=feed.file.read_bytes())
    assert said.status == 1
    assert said.out.strip() == "published 7, refused 1"
    assert re.findall(r"(?m)^line (\d+): bus: ", said.err) == ["3"]  # the bus itself takes nothing so large

    async def caught() -> list[str] | None:
        out = (await portal.run("quarantine", "list", "--agency", "demo")).out
        reasons = sorted(re.findall(r"(?m)^ {4}(.*)$", out.removesuffix(before)))
        return reasons if len(reasons) == 4 else None

    reasons = await until(caught)
    assert reasons is not None
    assert [reason.split(":")[0] for reason in reasons] == [
        "not_json",
        "schema /data/effective",
        "unknown_kind",
        "unknown_type /type",
    ]
    nobody = await portal.run("quarantine", "list", "--agency", "nosuch")
    assert (nobody.status, nobody.out) == (2, "") and "no agency 'nosuch'" in nobody.err
    newest = (await portal.run("quarantine", "list", "--agency", "demo")).out.split()[0]
    shown = await portal.run("quarantine", "show", newest)
    assert shown.status == 0
    assert all(word in shown.out for word in (newest, "code ", "problem ", "ams.demo."))
    # of several, what is still wrong keeps nothing else back
    listed = (await portal.run("quarantine", "list", "--agency", "demo")).out.removesuffix(before)
    waiting = re.findall(r"(?m)^([0-9a-f-]{36}) ", listed)
    again = await portal.run("quarantine", "replay", *waiting)
    assert (again.status, again.out) == (1, "")
    assert sorted(re.findall(r"(?m)^([0-9a-f-]{36}): It is still not right: ", again.err)) == sorted(waiting)
    alone = await portal.run("quarantine", "replay", waiting[0])
    assert (alone.status, alone.out) == (2, "") and alone.err.count("\n") == 1
    family = feed.family
    assert await premiums(front_end, family) == {family.policy_number: "1777.00", f"JB {family.number}": "55.00"}
