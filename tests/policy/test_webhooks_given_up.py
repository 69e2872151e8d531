"""When a webhook is given up: after three days without a success, or when it says that it is gone; and who is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nats.js.errors import NotFoundError

from contracts.identity.telling import TellWebhookGivenUp
from contracts.policy.webhooks import ChangeWebhook, ListWebhookDeliveries, ReplayWebhook, TryWebhook, WebhookOff
from tests import stack

from .conftest import Book
from .hooks import added, asked, happened, sooner, state, with_problem
from .receiver import receiving


async def test_after_three_days_without_success_it_is_off_by_rule_and_everybody_is_told(book: Book) -> None:
    async with receiving() as dead, receiving() as alive:
        dead.answer = lambda _: 503
        made = await added(book, dead)
        await added(book, alive, "webhook.given-up")
        await happened(book)
        await stack.eventually(lambda: with_problem(book, made.webhook.id, "503"))
        await sooner(book, made.webhook.id, "73 hours")

        async def given_up() -> bool:
            return (await state(book, made.webhook.id)).state == "given-up"

        await stack.eventually(given_up)
        (told,) = await stack.eventually(lambda: alive.sent)
        assert told.event["data"]["webhook"] == str(made.webhook.id) and told.event["data"]["url"] == dead.url
        mailed = await left_for_identity(book)
        assert (mailed.webhook, mailed.host, mailed.why) == (made.webhook.id, "localhost", "dead")
        before = len(dead.sent)
        with pytest.raises(WebhookOff):
            await asked(book, TryWebhook(webhook=made.webhook.id))
        # turned on again it hears what happens from then on, and what was lost when somebody asks for it
        dead.answer = lambda _: 200
        await asked(book, ChangeWebhook(webhook=made.webhook.id, on=True))
        assert (
            await asked(book, ReplayWebhook(webhook=made.webhook.id, since=datetime.now(UTC) - timedelta(days=1)))
        ).events == 2
        await stack.eventually(lambda: len(dead.sent), before + 2)


async def test_gone_ends_it_at_once(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: 410
        made = await added(book, receiver)
        await happened(book)

        async def given_up() -> bool:
            return (await state(book, made.webhook.id)).state == "given-up"

        await stack.eventually(given_up)
        assert (await left_for_identity(book)).why == "gone"


async def left_for_identity(book: Book) -> TellWebhookGivenUp:
    """The one job that has the admins told; of the address, which may be a secret, it names the host alone."""

    async def left() -> Any:
        try:
            return await book.ops.jetstream().get_msg("JOBS", seq=1, subject=TellWebhookGivenUp.subject, next=True)
        except NotFoundError:
            return None

    message = await stack.eventually(left)
    assert b"hooks?" not in message.data
    return TellWebhookGivenUp.model_validate_json(message.data)


async def test_one_event_that_is_never_taken_does_not_end_a_webhook_that_works(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda sent: 503 if sent.event["type"] == "portal.document.viewed.v1" else 204
        made = await added(book, receiver)
        await happened(book)
        await stack.eventually(lambda: len(receiver.sent), 1)
        never = await happened(book, "document.viewed")
        await stack.eventually(lambda: with_problem(book, made.webhook.id, "503"))
        await sooner(book, made.webhook.id, "73 hours")

        async def became() -> str:
            log = await asked(book, ListWebhookDeliveries(webhook=made.webhook.id))
            return next(each.state for each in log.items if each.message == never)

        await stack.eventually(became, "given-up")
        assert (await state(book, made.webhook.id)).state == "failing"
