"""Accounts as staff find them, and the access toggle: what it opens, and what ends at once when it is turned off."""

import asyncio
import base64
import json
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from contracts.identity.accounts import AlwaysHasAccess, ContactRecord, FindAccounts, GetAccount, SetAccess
from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import CodeOver, EmailNotFound, FinishSignIn
from contracts.kinds import NotFound, SignInRequired
from contracts.principal import Role
from kit.ids import new_id
from services.identity.people import accounts
from tests import stack

from .conftest import SLUG, Identity, account, contact
from .crew import Crew, Worker

BEN = {"role": "additional", "first_name": "Ben", "last_name": "Óbrien", "phone": "(512) 555-0142"}


# a book of some size, so that the planner has a reason to choose
BOOK = """
INSERT INTO accounts (id, agency, ams_id, version, deleted, stored_at, name, number, type, street, city, state,
  postal_code, raw)
SELECT gen_random_uuid(), g.id, 'B' || n, 1, false, now(), 'Name ' || n, 'N' || n, '', '', '', '', '', '{}'
FROM agencies g, generate_series(1, 4000) n
"""
CONTACTS_OF_BOOK = """
INSERT INTO contacts (id, agency, ams_id, version, deleted, stored_at, account_ams_id, role, first_name, last_name,
  email, mobile, phone, ams_access, access, language, raw)
SELECT gen_random_uuid(), g.id, 'B' || n, 1, false, now(), 'B' || n, 'primary', 'First' || n, 'Last' || n,
  'mail' || n || '@example.com', '', '', false, false, '', '{}'
FROM agencies g, generate_series(1, 4000) n
"""


@pytest_asyncio.fixture
async def agent(identity: Identity) -> Worker:
    """A member of staff, and a household with an additional contact whose access is on."""
    await identity.publish("account", "A1", 1, account("Rivera household", "1001"))
    await identity.publish("contact", "C1", 1, contact("A1", "pat@example.com"))
    await identity.publish("contact", "C2", 1, contact("A1", "ben@example.com", access=True, **BEN))
    return await Crew(identity).hire("Jamie", Role.AGENT)


async def found(worker: Worker, q: str, **more: Any) -> list[str]:
    return [one.name for one in (await worker.ask(FindAccounts(q=q, **more))).items]


async def ben_of(worker: Worker) -> ContactRecord:
    record = await worker.ask(GetAccount(number="1001"))
    return next(one for one in record.contacts if one.name == "Ben Óbrien")


async def is_live(identity: Identity, token: str) -> bool:
    try:
        await identity.asker.ask(ResolveSession(token=token))
    except SignInRequired:
        return False
    return True


async def test_accounts_are_found_by_what_staff_have_at_hand(agent: Worker, identity: Identity) -> None:
    await identity.publish("account", "A2", 1, account("Diaz Electric LLC", "2002"))
    await identity.publish("contact", "C3", 1, contact("A2", "mo@example.com", first_name="Mo", last_name="Diaz"))
    await identity.publish("account", "A3", 1, account("Gone household", "3003"))
    await identity.publish("account", "A3", 2, None)
    both = ["Diaz Electric LLC", "Rivera household"]
    assert await found(agent, "") == both
    for q in (
        "river",
        "RIVERA house",
        "1001",
        "pat",
        "pat riv",
        "Rivera, Pat",
        "óbr",
        "ben@ex",
        "(512) 555-0142",
        "512",
    ):
        assert await found(agent, q) == ["Rivera household"], q
    for q in ("electric", "llc diaz", "mo@example.com", "200"):  # also where nothing begins so
        assert await found(agent, q) == ["Diaz Electric LLC"], q
    for q in ("gone", "%", "_", "zz' OR 1=1 --", "\\", "999"):
        assert await found(agent, q) == [], q
    assert [one.people for one in (await agent.ask(FindAccounts(q="river"))).items] == [("Pat Rivera", "Ben Óbrien")]


async def test_a_long_list_comes_in_pages_without_a_gap(agent: Worker, identity: Identity) -> None:
    for number in range(7):
        await identity.publish("account", f"P{number}", 1, account(f"Page {number % 3}", f"9{number}"))
    seen: list[UUID] = []
    cursor = ""
    while True:
        page = await agent.ask(FindAccounts(q="page", limit=3, cursor=cursor))
        seen += [one.id for one in page.items]
        if page.cursor is None:
            break
        cursor = page.cursor
    assert len(seen) == len(set(seen)) == 7
    hostile = base64.urlsafe_b64encode(json.dumps(["\0", str(new_id()), False]).encode()).decode()
    for cursor in ("nonsense", hostile):
        assert len((await agent.ask(FindAccounts(cursor=cursor))).items) == 8


async def test_the_search_reads_an_index_and_not_every_row(agent: Worker, identity: Identity) -> None:
    await identity.logins.fetch(BOOK)
    await identity.logins.fetch(CONTACTS_OF_BOOK)
    await identity.logins.fetch("ANALYZE accounts, contacts")
    statement = accounts.LINES.format(found=f"AND a.id IN ({accounts.BY_WORD})" + accounts.FITS, limit=26)
    async with agent.crew.transaction() as tx:
        plan = await tx.driver.fetch(f"EXPLAIN {statement}", "", UUID(int=0), "name 12", [])
    used = "\n".join(row[0] for row in plan)
    for index in ("accounts_name", "accounts_number", "contacts_first", "contacts_last", "contacts_email"):
        assert f"ix_{index}_key" in used, used
    assert await found(agent, "name 1234") == ["Name 1234"]


async def test_staff_give_access_and_take_it_away(agent: Worker, identity: Identity) -> None:
    ben = await ben_of(agent)
    assert (ben.access, ben.enters, ben.toggle) == (True, True, "free")
    off = await agent.ask(SetAccess(contact=ben.id, access=False))
    assert (off.access, off.enters) == (False, False)
    with pytest.raises(EmailNotFound):
        await identity.start("ben@example.com")
    on = await agent.ask(SetAccess(contact=ben.id, access=True))
    assert on.enters
    assert (await identity.sign_in("ben@example.com")).next == "home"
    done = await identity.logins.fetch("SELECT what, doer->>'name' AS who FROM activities WHERE contact = $1", ben.id)
    assert [tuple(row) for row in done][:2] == [("access-ended", "Jamie"), ("access-given", "Jamie")]


async def test_turned_off_ends_sessions_and_sign_ins_under_way_at_once(agent: Worker, identity: Identity) -> None:
    ben = await ben_of(agent)
    open_one = (await identity.sign_in("ben@example.com")).token
    sent = await identity.sent()
    started = await identity.start("ben@example.com")
    code = await identity.newest_code(sent)
    await agent.ask(SetAccess(contact=ben.id, access=False))
    assert not await is_live(identity, open_one)
    with pytest.raises(CodeOver):
        await identity.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))


async def test_a_sign_in_that_meets_the_toggle_does_not_slip_through(agent: Worker, identity: Identity) -> None:
    ben = await ben_of(agent)
    sent = await identity.sent()
    started = await identity.start("ben@example.com")
    code = await identity.newest_code(sent)
    async with agent.crew.transaction() as tx:
        await tx.driver.execute("UPDATE contacts SET access = false WHERE id = $1", ben.id)
        # as if the toggle's transaction had ended the sessions already and not committed yet
        finishing = asyncio.ensure_future(
            identity.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
        )
        await stack.eventually(lambda: finishing.done() or waits_for_a_row(identity))
    with pytest.raises((SignInRequired, CodeOver)):
        await finishing
    assert not await identity.logins.value(
        "SELECT count(*) FROM sessions WHERE subject = $1 AND ended_at IS NULL", ben.id
    )


async def waits_for_a_row(identity: Identity) -> bool:
    return bool(
        await identity.logins.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    )


async def test_the_agency_system_s_next_word_counts_only_where_it_is_new(agent: Worker, identity: Identity) -> None:
    ben = await ben_of(agent)
    await agent.ask(SetAccess(contact=ben.id, access=False))
    same = contact("A1", "ben@example.com", access=True, **(BEN | {"first_name": "Benjamin"}))
    await identity.publish("contact", "C2", 2, same)
    record = await agent.ask(GetAccount(number="1001"))
    assert [(one.name, one.access) for one in record.contacts][1] == ("Benjamin Óbrien", False)
    await identity.publish("contact", "C2", 3, contact("A1", "ben@example.com", access=False, **BEN))
    await identity.publish("contact", "C2", 4, contact("A1", "ben@example.com", access=True, **BEN))
    assert (await ben_of(agent)).access


async def test_the_primary_contact_s_toggle_cannot_be_moved(agent: Worker, identity: Identity) -> None:
    record = await agent.ask(GetAccount(number="1001"))
    pat = record.contacts[0]
    assert (pat.role, pat.toggle, pat.enters) == ("primary", "primary", True)
    with pytest.raises(AlwaysHasAccess):
        await agent.ask(SetAccess(contact=pat.id, access=False))
    await identity.publish("contact", "C2", 2, None)
    with pytest.raises(NotFound):
        await agent.ask(SetAccess(contact=(record.contacts[1]).id, access=True))
