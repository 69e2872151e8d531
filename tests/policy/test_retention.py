"""What is kept for a while is forgotten when it is over, of every agency and every account, and nothing else is."""

import pytest

from contracts.policy.holder_sheets import CheckHolderSheet
from contracts.policy.holders import TooManyHolders, WithdrawHolder
from kit.bus.call import Bus, Call
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.policy import retention
from services.policy.app import open_parts
from services.policy.handlers import service
from services.policy.settings import PolicySettings
from tests import stack
from tests.policy.conftest import Book, tell_account

from .holders import add, seen

SHEET = CheckHolderSheet(content=b"Name,Street,City,State,ZIP\nElm Properties,1 Elm Street,Austin,TX,78702\n")


async def forget(book: Book) -> None:
    database = book.logins.open()
    await retention.forget_everywhere(Call(Bus(database, book.ops, book.asker, None)))
    await database.close()


async def older(book: Book, table: str, column: str, by: str) -> None:
    await book.logins.fetch(f"UPDATE {table} SET {column} = {column} - interval '{by}'")


async def count(book: Book, table: str) -> int:
    found: int = await book.logins.value(f"SELECT count(*) FROM {table}")
    return found


async def test_files_of_every_account_are_forgotten_after_a_day(book: Book) -> None:
    other = new_id()
    await tell_account(book.ops, book.agency, other, "A2", "Lee household")
    await stack.eventually(lambda: count(book, "accounts"), 2)
    for account in (book.account, other):
        await book.ask(SHEET, account)
    await forget(book)
    assert await count(book, "holder_sheets") == 2
    await older(book, "holder_sheets", "made_at", "25 hours")
    await book.ask(SHEET)
    await forget(book)
    assert await count(book, "holder_sheets") == 1


async def test_whoever_runs_does_it_by_the_clock(book: Book, nats_server: NatsServer) -> None:
    await book.ask(SHEET)
    await older(book, "holder_sheets", "made_at", "25 hours")
    settings = stack.policy_settings(nats_server, book.logins)
    async with stack.running(service, settings, open_parts, PolicySettings):  # a process that has just begun
        await stack.eventually(lambda: count(book, "holder_sheets"), 0)


async def test_every_agency_is_gone_through(book: Book) -> None:
    await book.logins.fetch(
        "INSERT INTO agencies (id, slug, version, details)"
        " SELECT gen_random_uuid(), 'riverside', 1, details FROM agencies"
    )
    await book.logins.fetch(
        "INSERT INTO heard_events (agency, message, what, stored_at, body)"
        " SELECT id, 'M1', 'signed-in', now() - interval '31 days', '' FROM agencies"
    )
    await forget(book)
    assert await count(book, "heard_events") == 0


async def test_who_adds_and_takes_back_in_turn_comes_to_an_end(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.policy.holders.additions.A_DAY", 2)
    for _ in range(2):
        await book.ask(WithdrawHolder(holder=(await add(book)).id))
    with pytest.raises(TooManyHolders):
        await add(book)
    assert await seen(book) == []
    kept = await book.logins.fetch("SELECT * FROM certificate_holders")
    assert "Prairie" not in str([dict(row) for row in kept])  # that there was one, and not who
    await forget(book)
    assert await count(book, "certificate_holders") == 2
    await older(book, "certificate_holders", "added_at", "25 hours")
    await add(book)
    await older(book, "certificate_holders", "added_at", "25 hours")
    await forget(book)  # and not what waits, however long
    assert await seen(book) == [("First Prairie Bank", "waiting")]
    assert await count(book, "certificate_holders") == 1


async def test_events_for_webhooks_are_forgotten_after_a_month(book: Book) -> None:
    webhook = new_id()
    await book.logins.fetch(
        "INSERT INTO webhooks (id, agency, url, events, secret) VALUES ($1, $2, 'https://h.example', '{}', '')",
        *(webhook, book.agency),
    )
    for days in (29, 31):
        await book.logins.fetch(
            "INSERT INTO heard_events (agency, message, what, stored_at, body)"
            " VALUES ($1, $2, 'signed-in', now() - make_interval(days => $3), '')",
            *(book.agency, f"M{days}", days),
        )
    await book.logins.fetch(
        "INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at, state)"
        " SELECT gen_random_uuid(), agency, $1, message, what, stored_at, 'delivered' FROM heard_events",
        webhook,
    )
    await forget(book)
    for table in ("heard_events", "webhook_deliveries"):
        rows = await book.logins.fetch(f"SELECT message FROM {table}")
        assert [row["message"] for row in rows] == ["M29"]
