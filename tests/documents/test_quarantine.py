"""Documents' quarantine: an agency sees its own certificates and documents that are wrong, and mends them."""

import json
from typing import Any

import pytest

from contracts.documents.feed import GetCaughtEvent, GetFeedHealth, ListCaughtEvents, ReplayCaughtEvent
from contracts.identity.sessions import Browser
from contracts.kinds import NotAllowed, NotFound
from contracts.principal import Kind, Role
from contracts.quarantine import AppliedAlready, StillWrong
from kit.ids import new_id
from tests import stack

from .conftest import Household, Office
from .feed import CERTIFICATE, DOCUMENT, KINDS, say, there


async def asked(office: Office, house: Household, request: Any, **changes: Any) -> Any:
    who = {"kind": Kind.STAFF, "role": Role.ADMIN, **changes}
    return await office.gateway.ask(request, stack.signed(who.pop("agency", house.agency), **who))


async def test_mended_it_is_applied_and_the_activity_says_who_did_it(office: Office) -> None:
    house, admin = await office.household(), new_id()
    await say(office, house, "document", "D1", 1, {**DOCUMENT, "sha256": "unknown"}, id="wrong")
    (event,) = (await asked(office, house, ListCaughtEvents())).items
    assert (event.event, event.entity, event.pointer, event.state) == ("wrong", "D1", "/data/sha256", "waiting")
    shown = await asked(office, house, GetCaughtEvent(caught=event.id))
    with pytest.raises(StillWrong):
        await asked(office, house, ReplayCaughtEvent(caught=event.id))
    mended = json.dumps({**json.loads(shown.body), "data": DOCUMENT})
    replay = ReplayCaughtEvent(caught=event.id, body=mended, browser=Browser(address="192.0.2.7"))
    await asked(office, house, replay, sub=admin)

    async def state() -> str:
        found: str = (await asked(office, house, GetCaughtEvent(caught=event.id))).state
        return found

    await stack.eventually(state, "applied")
    assert set(await there(office, KINDS[2])) == {"D1"}
    (body,) = await office.logins.fetch("SELECT body FROM outbox WHERE subject = 'job.identity.record_agency_activity'")
    job = json.loads(body[0])
    assert (job["what"], job["by"], job["doer"], job["address"]) == (
        *("event-sent-again", "staff", str(admin), "192.0.2.7"),
    )
    assert job["facts"] == {"event": "wrong"}
    with pytest.raises(AppliedAlready):
        await asked(office, house, ReplayCaughtEvent(caught=event.id))


async def test_it_is_the_agencys_own_and_its_admins(office: Office) -> None:
    house = await office.household()
    other = await office.household("riverside")
    await say(office, house, "certificate", "C1", 1, {**CERTIFICATE, "lines": "none"})
    (event,) = (await asked(office, house, ListCaughtEvents())).items
    assert (await asked(office, other, ListCaughtEvents(everything=True))).items == []
    for request in (GetCaughtEvent(caught=event.id), ReplayCaughtEvent(caught=event.id)):
        with pytest.raises(NotFound):
            await asked(office, other, request)
    health = await asked(office, other, GetFeedHealth())
    assert (health.refused, health.waiting, health.kinds) == (0, 0, [])
    for role in (Role.AGENT, Role.CSR):
        with pytest.raises(NotAllowed):
            await asked(office, house, ListCaughtEvents(), role=role)


async def test_health_counts_documents_own_kinds(office: Office) -> None:
    house = await office.household()
    for sequence in (2, 1):
        await say(office, house, "certificate", "C1", sequence, CERTIFICATE)
    await say(office, house, "document", "D1", 1, DOCUMENT)
    await say(office, house, "document", "D2", 1, {**DOCUMENT, "size": "big"})
    health = await asked(office, house, GetFeedHealth())
    counts = {kind.kind: (kind.applied, kind.superseded) for kind in health.kinds}
    assert counts == {"certificate": (1, 1), "document": (1, 0)}
    assert (health.refused, health.waiting, health.in_line, health.beat_at) == (1, 1, 0, None)
