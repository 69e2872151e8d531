"""Payment History: the account's receipts, newest first, in all and for one policy, reversals as reversals."""

from typing import Any

import pytest

from contracts.policy.payments import ListPayments
from contracts.policy.policies import ListPolicies
from kit.ids import new_id
from tests import stack

from .conftest import Book, day, policy, tell_account


def receipt(number: str, amount: str, **changes: Any) -> dict[str, Any]:
    return {"account": "A1", "number": number, "received_on": day(-3), "amount": amount, **changes}


async def test_receipts_come_newest_first_with_what_they_were_for(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy(number="PA-1"))
    lines = [
        {"description": "Instalment", "amount": "90.00", "policy": "P1"},
        {"description": "Other", "amount": "9.50", "policy": "P-of-nobody"},
    ]
    await book.publish("receipt", "R1", 1, receipt("1", "99.50", received_on=day(-9), lines=lines, method="Check 7"))
    await book.publish("receipt", "R2", 1, receipt("2", "20.00"))
    newest, oldest = (await book.ask(ListPayments())).items
    assert (newest.number, oldest.number) == ("2", "1")
    assert (str(oldest.amount.amount), oldest.kind, oldest.method) == ("99.50", "payment", "Check 7")
    listed = (await book.ask(ListPolicies())).items[0].id
    assert [(line.description, line.policy, line.number) for line in oldest.lines] == [
        ("Instalment", listed, "PA-1"),
        ("Other", None, ""),
    ]
    assert [payment.number for payment in (await book.ask(ListPayments(policy=listed))).items] == ["1"]


async def test_what_takes_a_receipt_back_is_a_reversal_and_both_say_so(book: Book) -> None:
    await book.publish("receipt", "R2", 1, receipt("2", "-50.00", reverses="R1"))
    await book.publish("receipt", "R1", 1, receipt("1", "50.00", received_on=day(-9)))
    await book.publish("receipt", "R3", 1, receipt("3", "-5.00", received_on=day(-20)))
    reversal, original, refund = (await book.ask(ListPayments())).items
    assert (reversal.kind, reversal.reverses, reversal.reversed_by) == ("reversal", "1", "")
    assert (original.kind, original.reverses, original.reversed_by) == ("payment", "", "2")
    assert (refund.kind, refund.reverses) == ("reversal", "")


async def test_another_accounts_receipts_and_policies_stay_unseen(book: Book) -> None:
    other = new_id()
    await tell_account(book.ops, book.agency, other, "A2", "Other household")
    await stack.eventually(lambda: book.logins.value("SELECT count(*) FROM accounts"), 2)
    await book.publish("policy", "P2", 1, policy(account="A2", number="PA-2"))
    line = {"description": "Theirs", "amount": "1.00", "policy": "P2"}
    await book.publish("receipt", "R1", 1, receipt("1", "1.00", lines=[line]))
    await book.publish("receipt", "R2", 1, receipt("2", "2.00", account="A2", reverses="R1"))
    (mine,) = (await book.ask(ListPayments())).items
    assert (mine.number, mine.reversed_by) == ("1", "")
    assert [(each.policy, each.number) for each in mine.lines] == [(None, "")]
    (theirs,) = (await book.ask(ListPayments(), other)).items
    assert (theirs.number, theirs.reverses) == ("2", "")
    foreign = (await book.ask(ListPolicies(), other)).items[0].id
    assert (await book.ask(ListPayments(policy=foreign))).items == []


async def test_deleted_receipts_are_gone_and_pages_continue(book: Book) -> None:
    for number in range(5):
        await book.publish("receipt", f"R{number}", 1, receipt(str(number), "1.00"))
    await book.publish("receipt", "R4", 2, None)
    first = await book.ask(ListPayments(limit=3))
    assert first.cursor
    rest = await book.ask(ListPayments(limit=3, cursor=first.cursor))
    assert [payment.number for payment in (*first.items, *rest.items)] == ["3", "2", "1", "0"]
    assert rest.cursor is None


@pytest.mark.parametrize("cursor", ["nonsense", "LTU=", "OTk5OTk5OTk5"])
async def test_a_cursor_that_is_none_is_a_page_all_the_same(book: Book, cursor: str) -> None:
    await book.ask(ListPayments(cursor=cursor))
