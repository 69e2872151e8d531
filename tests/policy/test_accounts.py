"""Accounts as identity tells policy of them: the newest of each counts, also among those of one version."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.identity.contacts import AccountsChanged, ChangedAccount
from contracts.policy.policies import ListPolicies
from contracts.streams import durable
from tests import stack

from .conftest import Book, policy

NOW = datetime.now(UTC)


async def tell(book: Book, *changed: ChangedAccount) -> None:
    """Returns when policy has heard it."""
    event = AccountsChanged(agency=book.agency, accounts=list(changed))
    await book.ops.jetstream().publish(event.subject, event.model_dump_json().encode())
    await stack.eventually(lambda: stack.unsettled(book.ops, "EVENTS", durable("policy", event.subject)), 0)


def of(book: Book, version: int, seconds: float, **changes: Any) -> ChangedAccount:
    """The book's account, as it was so many seconds from now."""
    values: dict[str, Any] = {
        "account": book.account,
        "ams_id": "A1",
        "version": version,
        "changed_at": NOW + timedelta(seconds=seconds),
        "deleted": False,
        "name": "Rivera household",
        "street": "",
        "city": "",
        "state": "TX",
        "postal_code": "",
    }
    return ChangedAccount(**{**values, **changes})


async def policies_shown(book: Book) -> int:
    return len((await book.ask(ListPolicies())).items)


async def name_kept(book: Book) -> str:
    return str(await book.logins.value("SELECT name FROM accounts WHERE id = $1", book.account))


async def test_a_swept_account_shows_nothing_and_a_mended_one_does_though_both_keep_their_version(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy())
    await tell(book, of(book, 5, 1))
    assert await policies_shown(book) == 1
    await tell(book, of(book, 5, 2, deleted=True))
    assert await policies_shown(book) == 0
    await tell(book, of(book, 5, 3, name="Rivera family"))
    assert await policies_shown(book) == 1
    assert await name_kept(book) == "Rivera family"


async def test_an_older_word_that_comes_late_changes_nothing(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy())
    await tell(book, of(book, 5, 2, name="Newest"))
    await tell(book, of(book, 4, 3, name="Older version", deleted=True))
    await tell(book, of(book, 5, 1, name="Earlier", deleted=True))
    assert await policies_shown(book) == 1
    assert await name_kept(book) == "Newest"


async def test_of_several_words_in_one_event_the_newest_counts(book: Book) -> None:
    await tell(book, of(book, 6, 1, name="Older"), of(book, 7, 2, name="Newest"), of(book, 7, 1, name="Between"))
    assert await name_kept(book) == "Newest"
