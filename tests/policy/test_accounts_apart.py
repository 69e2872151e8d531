"""An account sees nothing of another one of its agency, though the database itself would show it everything.

What the AMS tells may name things of another account: a receipt a policy, a policy the one that it renews. Here the
database's rule of the account is off, so that only the conditions in policy's own statements are left.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
import pytest_asyncio

from contracts.kinds import BadRequest, NotFound
from contracts.policy.holder_sheets import AddHolderSheet, CheckHolderSheet, GetHolderSheet
from contracts.policy.holders import ChangeHolder, GetHolder, ListHolders, WithdrawHolder
from contracts.policy.payments import ListPayments
from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies
from contracts.policy.requests import GetRequest, ListRequests, WriteMessage
from contracts.policy.vehicles import ListInsuredVehicles
from kit.ids import new_id
from tests import stack

from .asking import Desk, desk
from .conftest import Book, day, policy, tell_account
from .holders import add, fields

__all__ = ["desk"]

LAST = {"effective": day(-465), "expiration": day(-100), "premium": "1000.00"}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def without_the_rule(clone: Callable[[str], Awaitable[stack.Logins]]) -> None:
    """The module's own database shows every account of the agency."""
    logins = await clone("policy")
    for row in await logins.fetch(
        "SELECT polrelid::regclass::text AS on_table FROM pg_policy WHERE polname = 'of_account'"
    ):
        await logins.fetch(f"ALTER POLICY of_account ON {row['on_table']} USING (true)")


@pytest_asyncio.fixture
async def other(book: Book) -> AsyncIterator[UUID]:
    """The account A2."""
    account = new_id()
    await tell_account(book.ops, book.agency, account, "A2", "Lee household")
    await stack.eventually(lambda: book.logins.value("SELECT count(*) FROM accounts"), 2)
    yield account


async def id_of(book: Book, ams_id: str) -> UUID:
    found: UUID = await book.logins.value("SELECT id FROM policies WHERE ams_id = $1", ams_id)
    return found


async def test_payments_name_nothing_of_another_account(book: Book, other: UUID) -> None:
    await book.publish("policy", "P2", 1, policy(account="A2", number="THEIRS"))
    lines = [{"description": "Instalment", "amount": "90.00", "policy": "P2"}]
    common = {"received_on": day(-3), "amount": "90.00"}
    await book.publish("receipt", "R1", 1, {**common, "account": "A1", "number": "1", "lines": lines, "reverses": "R3"})
    await book.publish("receipt", "R2", 1, {**common, "account": "A2", "number": "THEIRS-2", "reverses": "R1"})
    await book.publish("receipt", "R3", 1, {**common, "account": "A2", "number": "THEIRS-3"})
    mine = await book.ask(ListPayments())
    assert [payment.number for payment in mine.items] == ["1"]
    assert "THEIRS" not in mine.model_dump_json()
    assert mine.items[0].lines[0].policy is None
    assert (await book.ask(ListPayments(policy=await id_of(book, "P2")))).items == []
    theirs = await book.ask(ListPayments(), other)
    assert {payment.number for payment in theirs.items} == {"THEIRS-2", "THEIRS-3"}
    assert all(payment.reverses == payment.reversed_by == "" for payment in theirs.items)


@pytest.mark.parametrize("told", ["renewed", "renewing", "earlier", "running"])
async def test_a_policys_history_is_the_accounts_own(book: Book, other: UUID, told: str) -> None:
    """What it renews, what renews it, and terms from when it was another account's: an earlier one, one that runs."""
    if told == "renewed":
        await book.publish("policy", "P0", 1, policy(account="A2", **LAST))
        await book.publish("policy", "P1", 1, policy(renews="P0"))
    elif told == "renewing":
        later = {"effective": day(265), "expiration": day(630)}
        await book.publish("policy", "P0", 1, policy(account="A2", renews="P1", **later))
        await book.publish("policy", "P1", 1, policy())
    elif told == "earlier":
        await book.publish("policy", "P1", 1, policy(account="A2", **LAST))
        await book.publish("policy", "P1", 2, policy())
    else:
        await book.publish("policy", "P1", 1, policy(account="A2"))
        await book.publish("policy", "P1", 2, policy(effective=day(265), expiration=day(630)))
    found = await book.ask(GetPolicy(policy=await id_of(book, "P1")))
    assert len(found.terms) == 1
    assert (found.since_last_term, found.at_renewal) == (None, None)
    assert found.in_force is (told != "running")


async def test_the_book_shows_the_accounts_own_policies(book: Book, other: UUID) -> None:
    vehicles = [{"id": "1", "make": "Honda", "state": "TX"}]
    await book.publish("policy", "P1", 1, policy(number="MINE", vehicles=vehicles))
    await book.publish("policy", "P2", 1, policy(account="A2", number="THEIRS", vehicles=vehicles, line="HOME"))
    for wanted in (ListPolicies(status="all"), ListPolicies(q="honda"), GetHomePolicies(), ListInsuredVehicles()):
        shown = (await book.ask(wanted)).model_dump_json()
        assert "MINE" in shown and "THEIRS" not in shown and "HOME" not in shown
    foreign = await id_of(book, "P2")
    assert (await book.ask(ListInsuredVehicles(policy=foreign))).items == []
    with pytest.raises(NotFound):
        await book.ask(GetPolicy(policy=foreign))


async def test_holders_and_files_are_the_accounts_own(book: Book, other: UUID) -> None:
    holder = await add(book)
    sheet = await book.ask(CheckHolderSheet(content=b"Name,Street,City,State,ZIP\nElm,1 Elm St,Austin,TX,78702\n"))
    assert (await book.ask(ListHolders(), other)).items == []
    for wanted in (
        GetHolder(holder=holder.id),
        WithdrawHolder(holder=holder.id),
        ChangeHolder(holder=holder.id, fields=fields()),
        GetHolderSheet(sheet=sheet.id),
        AddHolderSheet(sheet=sheet.id),
    ):
        with pytest.raises(NotFound):
            await book.ask(wanted, other)


async def test_requests_are_the_accounts_own(desk: Desk, other: UUID) -> None:
    made = await desk.make()
    await desk.book.publish("policy", "P1", 1, policy())
    assert (await desk.ask(ListRequests(), account=other)).items == []
    home = await desk.ask(GetHomePolicies(), account=other)
    assert (home.active, home.requests) == ([], [])
    for wanted in (GetRequest(request=made.id), WriteMessage(request=made.id, submission=new_id(), text="Hello")):
        with pytest.raises(NotFound):
            await desk.ask(wanted, account=other)
    foreign = {"kind": "general", "policy": str(await id_of(desk.book, "P1")), "details": "Please call me."}
    with pytest.raises(BadRequest) as refused:
        await desk.make(foreign, account=other)
    assert refused.value.facts["pointer"] == "/form/policy"
