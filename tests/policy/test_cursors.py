"""Cursors: a place in a list, whatever letters stand there, and the first page for one that nobody was given."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.policy.holders import ListHolders
from contracts.policy.payments import ListPayments
from contracts.policy.policies import ListPolicies
from contracts.policy.requests import ListRequests
from contracts.policy.tasks import ListTasks
from contracts.policy.webhooks import ListWebhookDeliveries
from kit.ids import new_id
from services.policy.pages import LOOKED_AT, cursor_after, moment, place_of, rank

from .conftest import Book, policy
from .holders import staff, told

ID = str(new_id())
PARTS = (rank, str, moment, UUID)
PLACE = (1, "Núñez", datetime(2026, 11, 22, 9, 30, tzinfo=UTC), UUID(ID))
# each as long as the trade's longest names, of letters that take the most room
LONG = "𠮷" * 120


def made_up(*told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def test_a_cursor_says_where_its_list_goes_on() -> None:
    assert place_of(cursor_after("names", PLACE), "names", PARTS) == PLACE


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "🙂",
        "\ud800",
        made_up("other", "1", "a", "2026-11-22T09:30:00+00:00", ID),
        made_up("names", "1", "a", "2026-11-22T09:30:00+00:00"),
        made_up("names", "99999999999", "a", "2026-11-22T09:30:00+00:00", ID),
        made_up("names", "9" * 5000, "a", "2026-11-22T09:30:00+00:00", ID),
        made_up("names", "1", "\ud800", "2026-11-22T09:30:00+00:00", ID),
        made_up("names", "1", "a\0", "2026-11-22T09:30:00+00:00", ID),
        made_up("names", "1", "a", "0001-01-01T00:00:00+23:59", ID),
        made_up("names", "1", "a", "2026-11-22T09:30:00+00:00", "no id"),
        made_up("names", 1, "a", "2026-11-22T09:30:00+00:00", ID),
        made_up("names", "1", ["a"], "2026-11-22T09:30:00+00:00", ID),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        base64.urlsafe_b64encode(b"null").decode(),
    ],
)
def test_what_is_no_cursor_of_the_list_begins_it(cursor: str) -> None:
    assert place_of(cursor, "names", PARTS) is None


async def test_no_list_fails_over_a_cursor_that_somebody_made_up(open_book: Book) -> None:
    day = "0001-01-01"
    for asked in (
        ListHolders(cursor=made_up("ListHolders", "99999999999", "a", ID)),
        ListHolders(cursor=made_up("ListHolders", "0", "\ud800", ID)),
        ListRequests(cursor=made_up("requests", "1", f"{day}T00:00:00+23:59", ID)),
        ListPolicies(cursor=made_up("number", "\ud800", ID)),
        ListPayments(cursor=made_up("payments", day, "\ud800", ID)),
    ):
        await open_book.ask(asked)
    await staff(open_book, ListTasks(cursor=made_up("open", f"{day}T00:00:00+23:59", ID)))


@pytest.mark.parametrize("sort", ["renewal", "line", "carrier", "number"])
async def test_a_list_goes_on_after_the_longest_names(open_book: Book, sort: str) -> None:
    names = [f"{LONG[: LOOKED_AT + 5]}{number}" for number in range(3)]
    await open_book.publish("carrier", "C1", 1, {"name": LONG})
    for number, name in enumerate(names):
        await open_book.publish("policy", f"L{number}", 1, policy(number=name, line=LONG[:20]))
        await open_book.publish("certificate-holder", f"L{number}", 1, told(name=name + LONG[:50]))
        receipt = {"account": "A1", "number": name, "received_on": "2026-11-01", "amount": "10.00"}
        await open_book.publish("receipt", f"L{number}", 1, receipt)
    for asked in (ListPolicies(sort=sort, limit=1), ListHolders(limit=1), ListPayments(limit=1)):
        found, cursor = [], ""
        while cursor is not None:
            page = await open_book.ask(asked.model_copy(update={"cursor": cursor}))
            found += [item.id for item in page.items]
            cursor = page.cursor
        assert len(found) == len(set(found)) == 3


def test_the_cursor_of_the_webhooks_log_fits() -> None:
    cursor = cursor_after("sent", (datetime(2026, 11, 22, 9, 30, 59, 123456, tzinfo=UTC), UUID(ID)))
    assert ListWebhookDeliveries(webhook=new_id(), cursor=cursor).cursor == cursor
