"""Staff look at an insured's portal: in their own name, once within a minute, read-only, for half an hour."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.identity.contacts import GetMe
from contracts.identity.impersonations import (
    EndView,
    FindImpersonation,
    LinkOver,
    OpenView,
)
from contracts.identity.sessions import Browser, EndSession, ResolveSession
from contracts.kinds import NotFound, ReadOnly, SignInRequired
from contracts.principal import Kind
from kit.ids import new_id
from services.identity import impersonations
from services.identity.impersonations import LASTS

from .conftest import Identity
from .looking import WHY, behind, household, impersonate, member, opened, recorded, token


async def test_a_system_gets_an_address_that_opens_a_read_only_session(identity: Identity) -> None:
    await household(identity)
    link = await impersonate(identity, await token(identity))
    assert timedelta(seconds=50) < link.expires_at - datetime.now(UTC) <= timedelta(seconds=60)
    found = await identity.asker.ask(FindImpersonation(**behind(link)))
    assert (found.agent, found.insured, found.account_name, found.reason) == (
        "Jo Agent",
        "Pat Rivera",
        "Rivera household",
        WHY,
    )
    view = await identity.asker.ask(OpenView(**behind(link), browser=Browser(address="203.0.113.9")))
    assert view.expires_at - datetime.now(UTC) <= LASTS
    session = await identity.asker.ask(ResolveSession(token=view.token))
    assert (session.kind, session.read_only, session.view) == (Kind.CONTACT, True, link.impersonation)
    assert session.actor is not None
    assert (session.actor.id, session.actor.name) == ("u-17", "Jo Agent")
    assert session.until == view.expires_at
    me = await identity.asker.ask(GetMe(), session.principal)
    assert (me.contact.name, me.account.number, me.read_only, me.accounts) == ("Pat Rivera", "1001", True, 1)


async def test_the_agency_and_the_household_can_see_what_happened(identity: Identity) -> None:
    await household(identity)
    view, session = await opened(identity)
    await identity.asker.ask(EndView(token=view.token))
    requested, looked, left = await recorded(identity)
    assert requested[:2] == ("view-requested", "Jo Agent")
    assert requested[2]["reason"] == WHY
    assert looked[:2] == ("view-opened", "Jo Agent")
    assert looked[2]["until"].startswith(view.expires_at.isoformat(timespec="seconds")[:16])
    assert left[:2] == ("view-ended", "Jo Agent")
    assert {entry[2]["impersonation"] for entry in (requested, looked, left)} == {str(session.view)}
    assert all("reason" not in entry[2] for entry in (looked, left))  # the reason is for the agency


async def test_the_address_works_once(identity: Identity) -> None:
    await household(identity)
    address = behind(await impersonate(identity, await token(identity)))
    for _ in range(3):  # looking uses nothing up
        await identity.asker.ask(FindImpersonation(**address))
    attempts = await asyncio.gather(
        *(identity.asker.ask(OpenView(**address)) for _ in range(8)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in attempts) == ["LinkOver"] * 7 + ["ViewOpened"]
    assert await identity.logins.value("SELECT count(*) FROM sessions WHERE read_only") == 1
    with pytest.raises(LinkOver):
        await identity.asker.ask(FindImpersonation(**address))


async def test_the_address_works_for_a_minute(identity: Identity) -> None:
    await household(identity)
    link = await impersonate(identity, await token(identity))
    await identity.logins.fetch("UPDATE impersonations SET opens_until = now() - interval '1 millisecond'")
    for request in (FindImpersonation(**behind(link)), OpenView(**behind(link))):
        with pytest.raises(LinkOver):
            await identity.asker.ask(request)
    assert await identity.logins.value("SELECT count(*) FROM sessions WHERE read_only") == 0


@pytest.mark.parametrize(
    "change",
    [{"key": "nonsense"}, {"key": ""}, {"impersonation": new_id()}, {"agency": "riverside"}, {"agency": "nobody"}],
    ids=["key", "no-key", "id", "agency", "unknown-agency"],
)
async def test_another_address_opens_nothing(identity: Identity, change: dict[str, Any]) -> None:
    await household(identity)
    address = behind(await impersonate(identity, await token(identity))) | change
    for request in (FindImpersonation(**address), OpenView(**address)):
        with pytest.raises(NotFound):
            await identity.asker.ask(request)


async def test_the_key_of_an_address_rests_as_a_hash_only(identity: Identity) -> None:
    await household(identity)
    link = await impersonate(identity, await token(identity))
    key = behind(link)["key"]
    for table in ("impersonations", "activities", "outbox"):
        rows = await identity.logins.fetch(f"SELECT t::text AS line FROM {table} t")
        assert not any(key in row["line"] for row in rows)


async def test_after_half_an_hour_nothing_is_left(identity: Identity) -> None:
    await household(identity)
    view, session = await opened(identity)
    assert session.good_until <= view.expires_at
    soon = "UPDATE sessions SET expires_at = now() + interval '30 seconds' WHERE read_only RETURNING expires_at"
    end = await identity.logins.value(soon)
    last = await identity.asker.ask(ResolveSession(token=view.token))
    assert last.good_until <= end  # no principal outlives the view
    await identity.logins.fetch("UPDATE sessions SET expires_at = now() WHERE read_only")
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=view.token))


async def test_exit_ends_the_view_and_nothing_else_can(identity: Identity) -> None:
    await household(identity)
    view, session = await opened(identity)
    with pytest.raises(ReadOnly):
        await identity.asker.ask(EndSession(), session.principal)
    own = await token(identity, Kind.CONTACT)
    for stranger in (own, "nonsense", await token(identity)):  # only a view ends that way
        await identity.asker.ask(EndView(token=stranger))
    await identity.asker.ask(ResolveSession(token=own))
    await identity.asker.ask(ResolveSession(token=view.token))
    await identity.asker.ask(EndView(token=view.token))
    await identity.asker.ask(EndView(token=view.token))
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=view.token))
    assert [what for what, _, _ in await recorded(identity)].count("view-ended") == 1


async def test_staff_see_the_portal_of_somebody_without_access_too(identity: Identity) -> None:
    await household(identity)
    _, session = await opened(identity, contact="C2")
    me = await identity.asker.ask(GetMe(), session.principal)
    assert (me.contact.name, me.contact.email) == ("Sam Rivera", None)


async def test_a_portal_that_is_off_can_be_looked_at(identity: Identity) -> None:
    await household(identity)
    view, _ = await opened(identity)
    await identity.logins.fetch("UPDATE agencies SET details = details || '{\"portal_open\": false}'")
    await identity.asker.ask(ResolveSession(token=view.token))


async def test_what_a_member_looks_at_ends_with_the_member(identity: Identity) -> None:
    await household(identity)
    ana, ben = await member(identity), await member(identity, "Ben Agent")
    views, waiting = [], []
    for someone in (ana, ben):
        staff = await token(identity, Kind.STAFF, subject=someone)
        link = await impersonate(identity, staff)
        views.append(await identity.asker.ask(OpenView(**behind(link))))
        waiting.append(behind(await impersonate(identity, staff)))
    database = identity.logins.open()
    async with database.transaction(identity.agency.id) as tx:
        await impersonations.end_of_requesters([ana], tx)
    await database.close()
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=views[0].token))
    with pytest.raises(LinkOver):
        await identity.asker.ask(OpenView(**waiting[0]))
    await identity.asker.ask(ResolveSession(token=views[1].token))
    await identity.asker.ask(OpenView(**waiting[1]))


async def test_a_contact_that_is_deleted_is_looked_at_no_longer(identity: Identity) -> None:
    await household(identity)
    view, _ = await opened(identity)
    waiting = behind(await impersonate(identity, await token(identity)))
    await identity.publish("contact", "C1", 2, None)
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=view.token))
    with pytest.raises(NotFound):
        await identity.asker.ask(OpenView(**waiting))
