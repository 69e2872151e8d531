"""A snapshot of the AMS's mends accounts and contacts, and who is gone from it is out of the portal at once."""

import json
from typing import Any

import pytest

from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import EmailNotFound
from contracts.kinds import SignInRequired
from tests import stack

from .conftest import SLUG, Identity, account, contact

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
