"""A snapshot of the AMS's mends accounts and contacts, and who is gone from it is out of the portal at once."""

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest

from contracts.identity.contacts import AccountsChanged
from contracts.identity.feed import DecideHeldRemoval, ListHeldRemovals
from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import EmailNotFound
from contracts.kinds import SignInRequired
from contracts.principal import Kind, Role
from tests import stack

from .conftest import SLUG, Identity, account, contact
from .looking import opened

STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"
PAT, BEN = "pat@example.com", "ben@example.com"


async def say(
    identity: Identity, kind: str, ams_id: str, sequence: int, data: dict[str, Any] | None, **more: Any
) -> None:
    body = stack.cloud_event(kind, ams_id, sequence, data, **more)
    await identity.ops.jetstream().publish(f"ams.{SLUG}.{kind}", body)
    await stack.eventually(lambda: stack.unsettled(identity.ops, "AMS", "identity-ams"), 0)


async def start(identity: Identity, snapshot: str) -> None:
    await say(identity, "snapshot", snapshot, 1, {}, type=STARTED)


async def end(identity: Identity, snapshot: str, **counts: int) -> None:
    await say(identity, "snapshot", snapshot, 2, {"counts": counts}, type=ENDED)


async def found(identity: Identity, snapshot: str) -> dict[str, int]:
    value = await identity.logins.value("SELECT found FROM snapshots WHERE id = $1 AND swept_at IS NOT NULL", snapshot)
    assert value is not None, "it is not complete"
    return dict(json.loads(value))


async def test_whoever_a_complete_snapshot_did_not_name_is_out_at_once(identity: Identity) -> None:
    await say(identity, "account", "A1", 1, account())
    await say(identity, "contact", "K1", 1, contact("A1", PAT))
    await say(identity, "contact", "K2", 1, contact("A1", BEN, role="second", access=True))
    stays, goes = await identity.sign_in(PAT), await identity.sign_in(BEN)
    await start(identity, "S")
    await say(identity, "account", "A1", 1, account(), snapshot="S")
    await say(identity, "contact", "K1", 1, contact("A1", PAT), snapshot="S")
    await identity.asker.ask(ResolveSession(token=goes.token))  # not complete yet
    await end(identity, "S", account=1, contact=1)
    assert await found(identity, "S") == {"contact gone": 1}
    await identity.asker.ask(ResolveSession(token=stays.token))
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=goes.token))
    with pytest.raises(EmailNotFound):
        await identity.start(BEN)


async def test_an_account_that_is_gone_takes_its_contacts_out(identity: Identity) -> None:
    await say(identity, "account", "A1", 1, account())
    await say(identity, "contact", "K1", 1, contact("A1", PAT))
    session = await identity.sign_in(PAT)
    await start(identity, "S")
    await end(identity, "S", account=0)
    assert await found(identity, "S") == {"account gone": 1}
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=session.token))


async def test_what_a_snapshot_sweeps_is_told_in_events_of_many_accounts_each_newer_than_its_last(
    identity: Identity,
) -> None:
    stream = identity.ops.jetstream()
    bodies = [stack.cloud_event("account", f"A{number}", 3, account()) for number in range(600)]
    await asyncio.gather(*(stream.publish(f"ams.{SLUG}.account", body) for body in bodies))
    await stack.eventually(lambda: stack.unsettled(identity.ops, "AMS", "identity-ams"), 0)
    live = {one["account"]: one["changed_at"] for one in await told(identity)}
    await stack.eventually(lambda: identity.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0)
    await identity.logins.fetch("DELETE FROM outbox")
    await start(identity, "S")
    await end(identity, "S", account=0)
    await remove_what_is_held(identity)
    swept = await told(identity)
    assert await identity.logins.value("SELECT count(*) FROM outbox WHERE subject = $1", AccountsChanged.subject) == 3
    assert {one["account"] for one in swept} == set(live)
    assert all((one["version"], one["deleted"]) == (3, True) for one in swept)
    assert all(
        datetime.fromisoformat(one["changed_at"]) > datetime.fromisoformat(live[one["account"]]) for one in swept
    )


async def remove_what_is_held(identity: Identity) -> None:
    admin = stack.signed(identity.agency.id, kind=Kind.STAFF, role=Role.ADMIN)
    (removal,) = (await identity.asker.ask(ListHeldRemovals(), admin)).items
    await identity.asker.ask(DecideHeldRemoval(held=removal.id, remove=True), admin)
    await stack.eventually(lambda: identity.logins.value("SELECT state FROM held_removals"), "removed")


async def told(identity: Identity) -> list[dict[str, Any]]:
    rows = await identity.logins.fetch("SELECT body FROM outbox WHERE subject = $1", AccountsChanged.subject)
    return [one for row in rows for one in json.loads(row["body"])["accounts"]]


async def test_what_the_feed_had_lost_is_mended_and_a_members_toggle_stays(identity: Identity) -> None:
    await say(identity, "account", "A1", 1, account("As we have it"))
    await say(identity, "contact", "K1", 1, contact("A1", BEN, role="second", access=False))
    await identity.logins.fetch("UPDATE contacts SET access = true")  # what a member of staff's toggle does
    await start(identity, "S")
    await say(identity, "account", "A1", 1, account("As the AMS has it"), snapshot="S")
    await say(identity, "contact", "K1", 1, contact("A1", BEN, role="second", access=False, phone="1"), snapshot="S")
    await say(identity, "contact", "K9", 1, contact("A1", PAT), snapshot="S")
    await end(identity, "S", account=1, contact=2)
    assert await found(identity, "S") == {"account mended": 1, "contact mended": 2}
    assert await identity.logins.value("SELECT name FROM accounts") == "As the AMS has it"
    assert (await identity.start(BEN)).next == "code"
    assert (await identity.start(PAT)).next == "code"


@pytest.mark.parametrize("first", ["account", "contact"])
async def test_who_is_gone_with_the_account_has_lost_access_once_and_who_had_none_has_lost_nothing(
    identity: Identity, first: str
) -> None:
    await say(identity, "account", "A1", 1, account())
    await say(identity, "contact", "K1", 1, contact("A1", PAT))
    await say(identity, "contact", "K2", 1, contact("A1", BEN, role="second", access=False))
    await start(identity, "S")
    await end(identity, "S", **dict.fromkeys((first, "account", "contact"), 0))
    assert await found(identity, "S") == {"account gone": 1, "contact gone": 2}
    rows = await identity.logins.fetch("SELECT contact FROM activities WHERE what = 'access-ended'")
    pat = await identity.logins.value("SELECT id FROM contacts WHERE ams_id = 'K1'")
    assert [row["contact"] for row in rows] == [pat]


@pytest.mark.parametrize("gone", ["account", "contact", "by-event"])
async def test_nobody_looks_at_the_portal_of_a_contact_who_is_gone_also_where_it_had_no_access(
    identity: Identity, gone: str
) -> None:
    await say(identity, "account", "A1", 1, account())
    await say(identity, "contact", "K2", 1, contact("A1", BEN, role="second", access=False))
    view, _ = await opened(identity, contact="K2")
    if gone == "by-event":
        await say(identity, "contact", "K2", 2, None)
    else:
        await start(identity, "S")
        await end(identity, "S", **{gone: 0})
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=view.token))
