"""What webhooks may take: turns of one agency, the pause that a receiver asks for, and how many there are."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.policy.webhooks import AddWebhook, ChangeWebhook, TooManyWebhooks
from kit.ids import new_id
from services.policy.webhooks import deliveries, queue, registry, sending
from services.policy.webhooks.deliveries import LONGEST_WISH, PAUSES, Due
from services.policy.webhooks.posting import Answer
from tests import stack
from tests.policy.conftest import Book
from tests.policy.receiver import receiving

from .hooks import added, asked, happened


async def tell(book: Book, webhook: UUID, answer: Answer, tries: int = 0) -> timedelta:
    """Notes a try of the one event that waits; returns after how long it is due again."""
    row = (await book.logins.fetch("SELECT id, message FROM webhook_deliveries"))[0]
    due = Due(row["id"], row["message"], tries, b"")
    database = book.logins.open()
    async with database.transaction(book.agency) as tx:
        await deliveries.settle(webhook, [(due, answer)], tx)
    await database.close()
    pause: timedelta = await book.logins.value("SELECT next_try_at - tried_at FROM webhook_deliveries")
    return pause


@pytest.mark.parametrize(
    ("answer", "tries", "shortest", "longest"),
    [
        (Answer(503, "status"), 0, 4, 6),
        (Answer(503, "status", 120.0), 0, 120, 120),
        (Answer(503, "status", 9_999_999.0), 0, LONGEST_WISH, LONGEST_WISH),  # not as long as it likes
        (Answer(503, "status", 1.0), 5, 3000, 4000),  # nor sooner than what failed so often
        (Answer(0, "timeout"), 99, PAUSES[-1] * 0.9, PAUSES[-1] * 1.1),
    ],
)
async def test_after_a_failure_it_waits_as_long_as_both_sides_want(
    book: Book, answer: Answer, tries: int, shortest: float, longest: float
) -> None:
    made = await asked(book, AddWebhook(url="https://hooks.example.com/"))
    await asked(book, ChangeWebhook(webhook=made.webhook.id, on=False))  # nobody sends meanwhile
    await book.logins.fetch(
        "INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)"
        " VALUES ($1, $2, $3, 'M1', 'signed-in', now())",
        *(new_id(), book.agency, made.webhook.id),
    )
    pause = await tell(book, made.webhook.id, answer, tries)
    assert shortest <= pause.total_seconds() <= longest


async def test_one_agency_takes_no_more_turns_than_its_share(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: None
        for _ in range(sending.OF_AGENCY + 2):
            await added(book, receiver)
        await happened(book)  # one event, which puts all of them in line at once
        await stack.eventually(lambda: receiver.busy, sending.OF_AGENCY)
        receiver.answer = lambda _: 204
        receiver.over.set()
        await stack.eventually(lambda: len(receiver.sent) >= sending.OF_AGENCY + 2)
        assert receiver.busiest == sending.OF_AGENCY


async def test_one_that_fails_is_tried_with_one_event_alone(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: 503
        made = await added(book, receiver)
        await book.logins.fetch("UPDATE webhooks SET failures = $1", queue.FAILING)
        for statement in (
            "INSERT INTO heard_events (agency, message, what, stored_at, body)"
            " SELECT agency, 'M' || n, 'signed-in', now(), '{}' FROM webhooks, generate_series(1, 4) n",
            "INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)"
            " SELECT gen_random_uuid(), w.agency, w.id, e.message, e.what, now() FROM webhooks w, heard_events e",
            "INSERT INTO webhook_queue (webhook, agency, due_at, failing) SELECT id, agency, now(), true FROM webhooks",
        ):
            await book.logins.fetch(statement)
        pauses = "SELECT count(*) FROM webhook_queue WHERE webhook = $1 AND leased_until IS NULL AND due_at > now()"
        await stack.eventually(lambda: book.logins.value(pauses, made.webhook.id), 1)
        assert len(receiver.sent) == 1


async def test_turns_that_an_agency_has_already_count(clone: Callable[[str], Awaitable[stack.Logins]]) -> None:
    logins = await clone("policy")
    await logins.clear()
    busy, other = new_id(), new_id()
    for agency in [busy] * 6 + [other] * 3:  # the busy one waits longest
        await logins.fetch(
            "INSERT INTO webhook_queue (webhook, agency, due_at) VALUES ($1, $2, now() - interval '1 second')",
            *(new_id(), agency),
        )
    database = logins.open()
    async with database.transaction(None) as tx:
        (first,) = await queue.claim(1, {busy: 3}, 4, tx, failing=False)
        rest = await queue.claim(24, {busy: 3 + (first.agency == busy)}, 4, tx, failing=False)
    await database.close()
    assert Counter(turn.agency for turn in (first, *rest)) == {busy: 1, other: 3}


async def test_two_at_once_do_not_become_one_too_many(book: Book) -> None:
    for number in range(registry.MOST - 1):
        await asked(book, AddWebhook(url=f"https://hooks.example.com/{number}"))
    wanted = [asked(book, AddWebhook(url=f"https://hooks.example.com/last-{number}")) for number in range(4)]
    made = await asyncio.gather(*wanted, return_exceptions=True)
    assert sum(isinstance(one, TooManyWebhooks) for one in made) == 3
