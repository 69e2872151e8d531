"""Many changed things are told in few events, none of which is more than the bus takes."""

import json
from collections.abc import Sequence

import pytest

from contracts import ams
from contracts.identity.contacts import AccountsChanged, ChangedAccount
from contracts.kinds import MOST_CHANGED
from kit import bulletins
from kit.database import Database
from tests.kit.messages import OAKHILL, accounts_changed

from .conftest import MadeUp

LONGEST = "\x01" * 120  # six bytes each in JSON: the most that the AMS can say


@pytest.mark.parametrize(
    ("number", "words", "events"),
    [(0, "short", 0), (1, LONGEST, 1), (MOST_CHANGED, "short", 1), (MOST_CHANGED + 1, "short", 2), (600, "short", 3)],
)
async def test_as_few_events_as_there_can_be(made_up: MadeUp, number: int, words: str, events: int) -> None:
    bodies = await told(made_up, [one(words) for _ in range(number)])
    assert len(bodies) == events


async def test_every_one_is_told_once_where_they_are_large(made_up: MadeUp) -> None:
    changed = [one(LONGEST) for _ in range(300)]
    bodies = await told(made_up, changed)
    assert all(len(body) < ams.MAX_EVENT_BYTES for body in bodies)
    assert len(bodies) < 20
    names = [account["account"] for body in bodies for account in json.loads(body)["accounts"]]
    assert sorted(names) == sorted(str(account.account) for account in changed)


def one(words: str) -> ChangedAccount:
    (account,) = accounts_changed(words).accounts
    return account.model_copy(update={"street": words, "city": words, "postal_code": words})


async def told(made_up: MadeUp, changed: Sequence[ChangedAccount]) -> list[bytes]:
    logins = await made_up("identity")
    await logins.fetch("TRUNCATE outbox")
    database: Database = logins.open()
    async with database.transaction(OAKHILL) as transaction:
        bulletins.tell(changed, lambda some: AccountsChanged(agency=OAKHILL, accounts=list(some)), transaction)
    await database.close()
    return [row["body"] for row in await logins.fetch("SELECT body FROM outbox")]
