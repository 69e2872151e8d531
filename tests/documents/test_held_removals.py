"""A snapshot that would take away most papers takes none, until an admin has decided."""

import json

from contracts.documents.feed import DecideHeldRemoval, ListHeldRemovals
from contracts.identity.activities import RecordAgencyActivity
from contracts.identity.telling import TellRemovalHeld
from contracts.principal import Kind, Role
from tests import stack

from .conftest import Office
from .feed import KINDS, publish, there
from .test_snapshots import end, start


async def test_what_would_empty_the_files_is_held_back_and_removed_when_an_admin_wants_it(office: Office) -> None:
    house = await office.household()
    for kind in KINDS:
        events = [(kind.name, stack.cloud_event(kind.name, f"X{number}", 1, kind.data)) for number in range(25)]
        await publish(office, house, *events)
    await start(office, house, "S")
    await end(office, house, "S", {kind.name: 0 for kind in KINDS})
    assert [len(await there(office, kind)) for kind in KINDS] == [25, 25, 25]
    admin = stack.signed(house.agency, kind=Kind.STAFF, role=Role.ADMIN)
    held = {one.kind: one for one in (await office.gateway.ask(ListHeldRemovals(), admin)).items}
    assert held.keys() == {kind.name for kind in KINDS}
    for kind, remove in zip(KINDS[:2], (True, False), strict=True):
        await office.gateway.ask(DecideHeldRemoval(held=held[kind.name].id, remove=remove), admin)
    await stack.eventually(lambda: office.logins.value("SELECT count(*) FROM held_removals WHERE state = 'removed'"), 1)
    assert [len(await there(office, kind)) for kind in KINDS] == [0, 25, 25]
    assert [one.kind for one in (await office.gateway.ask(ListHeldRemovals(), admin)).items] == [KINDS[2].name]
    told = "SELECT convert_from(body, 'UTF8') AS body FROM outbox WHERE subject = $1"
    (mails,) = await office.logins.fetch(told, TellRemovalHeld.subject)
    assert {kind["kind"] for kind in json.loads(mails["body"])["kinds"]} == held.keys()
    (event,) = await office.logins.fetch(told, f"portal.{house.slug}.snapshot.held")
    assert [kind["going"] for kind in json.loads(event["body"])["data"]["kinds"]] == [25, 25, 25]
    entries = [json.loads(row["body"]) for row in await office.logins.fetch(told, RecordAgencyActivity.subject)]
    whats = sorted((entry["what"], entry["by"]) for entry in entries)
    assert whats == [
        ("removal-forgotten", "staff"),
        *[("removal-held", "portal")] * 3,
        ("removal-wanted", "staff"),
    ]
