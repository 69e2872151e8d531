"""Webhooks: an agency's own addresses hear its portal events, signed, at least once, for three days, alone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.kinds import NotAllowed, NotFound
from contracts.policy.webhooks import (
    AddressRefused,
    AddWebhook,
    ChangeWebhook,
    ChangeWebhookSecret,
    EndWebhook,
    ListWebhookDeliveries,
    ListWebhooks,
    ReplayWebhook,
    TooManyWebhooks,
    TryWebhook,
    UnknownEvents,
    WebhookOff,
    WebhookSecret,
)
from contracts.principal import Kind, Role, Scope
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.policy.app import open_parts
from services.policy.handlers import service
from services.policy.settings import PolicySettings
from services.policy.webhooks import queue
from tests import stack
from tests.policy.conftest import SLUG, Book
from tests.policy.receiver import Receiver, receiving

NEWER = "UPDATE agencies SET details = details || '{\"demo\": true}'"


def admin(book: Book, **changes: Any) -> str:
    return stack.signed(book.agency, kind=Kind.STAFF, role=Role.ADMIN, **changes)


async def asked(book: Book, request: Any, **changes: Any) -> Any:
    return await book.asker.ask(request, admin(book, **changes))


async def happened(book: Book, what: str = "signed-in", agency: str = SLUG, **data: Any) -> str:
    """A portal event on the bus; returns its id."""
    name = str(new_id())
    body = {"specversion": "1.0", "id": name, "source": "/portico", "type": f"portal.{what}.v1", "data": data}
    await book.ops.jetstream().publish(f"portal.{agency}.{what}", json.dumps(body).encode())
    return name


async def added(book: Book, receiver: Receiver, *events: str) -> WebhookSecret:
    await book.logins.fetch(NEWER)
    made = await asked(book, AddWebhook(url=receiver.url, events=events))
    assert isinstance(made, WebhookSecret)
    return made


async def sooner(book: Book, webhook: UUID, by: str = "1 hour") -> None:
    """Lets time pass for what waits."""
    await book.logins.fetch(
        f"UPDATE webhook_deliveries SET next_try_at = next_try_at - interval '{by}',"
        f" begun_at = begun_at - interval '{by}'"
        f" WHERE webhook = '{webhook}'"
    )
    await book.logins.fetch(f"UPDATE webhook_queue SET due_at = due_at - interval '{by}' WHERE webhook = '{webhook}'")


async def state(book: Book, webhook: UUID) -> Any:
    return next(each for each in (await asked(book, ListWebhooks())).items if each.id == webhook)


async def test_every_portal_event_arrives_signed_and_is_told_apart_by_its_id(book: Book) -> None:
    async with receiving() as receiver:
        made = await added(book, receiver)
        names = [await happened(book, what) for what in ("signed-in", "document.viewed", "event.refused")]
        await stack.eventually(lambda: sorted(receiver.ids), sorted(names))

        async def settled() -> bool:
            shown = await state(book, made.webhook.id)
            return (shown.state, shown.waiting) == ("on", 0)

        await stack.eventually(settled)
    for sent in receiver.sent:
        assert sent.verifies(made.secret) and not sent.verifies("whsec_" + "A" * 43 + "=")
        assert sent.event["id"] == sent.headers["webhook-id"]
        assert abs(int(sent.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
        assert (sent.path, sent.headers["content-type"]) == ("/hooks?from=portico", "application/json")
        assert sent.headers["host"] == f"localhost:{receiver.port}"


async def test_it_hears_only_what_it_wants_and_what_happens_after_it_is_there(book: Book) -> None:
    async with receiving() as all_of_it, receiving() as some:
        first = await added(book, all_of_it)
        before = await happened(book)
        await stack.eventually(lambda: all_of_it.ids, [before])
        await added(book, some, "document.viewed")
        unwanted, wanted = await happened(book), await happened(book, "document.viewed")
        await stack.eventually(lambda: (set(all_of_it.ids), some.ids), ({before, unwanted, wanted}, [wanted]))

        async def noted() -> list[tuple[str, str, int, int]]:
            log = await asked(book, ListWebhookDeliveries(webhook=first.webhook.id))
            return [(item.message, item.state, item.tries, item.status) for item in log.items]

        await stack.eventually(noted, [(name, "delivered", 1, 204) for name in (wanted, unwanted, before)])


async def test_what_is_not_taken_comes_again_under_the_same_id_until_it_is(book: Book) -> None:
    async with receiving() as receiver:
        answers = [500, 429, b"HTTP/1.1 302 Found\r\nlocation: http://localhost:1/\r\n\r\n", b"\x00\x01\r\n\r\n", 200]
        receiver.answer = lambda _: answers[len(receiver.sent) - 1]
        made = await added(book, receiver)
        name = await happened(book)
        for tries, problem in enumerate(("500", "429", "302", "answer"), 1):
            await stack.eventually(lambda tries=tries: len(receiver.sent) == tries)
            shown = await stack.eventually(lambda p=problem: _with(book, made.webhook.id, p))
            assert shown.state == "failing" and shown.waiting == 1
            await sooner(book, made.webhook.id)
        await stack.eventually(lambda: receiver.ids, [name] * 5)

        async def well() -> bool:
            return (await state(book, made.webhook.id)).state == "on"

        await stack.eventually(well)
    assert receiver.connections == 5  # and no redirect was followed
    assert all(sent.verifies(made.secret) for sent in receiver.sent)


async def _with(book: Book, webhook: UUID, problem: str) -> Any:
    found = await state(book, webhook)
    return found if found.problem == problem else None


async def test_after_three_days_without_success_it_is_off_by_rule_and_everybody_is_told(book: Book) -> None:
    async with receiving() as dead, receiving() as alive:
        dead.answer = lambda _: 503
        made = await added(book, dead)
        await added(book, alive, "webhook.given-up")
        await happened(book)
        await stack.eventually(lambda: _with(book, made.webhook.id, "503"))
        await sooner(book, made.webhook.id, "73 hours")

        async def given_up() -> bool:
            return (await state(book, made.webhook.id)).state == "given-up"

        await stack.eventually(given_up)
        (told,) = await stack.eventually(lambda: alive.sent)
        assert told.event["data"]["webhook"] == str(made.webhook.id) and told.event["data"]["url"] == dead.url
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


async def test_with_two_live_secrets_both_sign_and_neither_is_kept_in_the_clear(book: Book) -> None:
    async with receiving() as receiver:
        first = await added(book, receiver)
        second = await asked(book, ChangeWebhookSecret(webhook=first.webhook.id))
        await happened(book)
        (sent,) = await stack.eventually(lambda: receiver.sent)
        assert sent.verifies(first.secret) and sent.verifies(second.secret)
        third = await asked(book, ChangeWebhookSecret(webhook=first.webhook.id, at_once=True))
        await happened(book)
        await stack.eventually(lambda: len(receiver.sent), 2)
        assert receiver.sent[1].verifies(third.secret) and not receiver.sent[1].verifies(second.secret)
        (row,) = await book.logins.fetch("SELECT * FROM webhooks")
        outbox = await book.logins.fetch("SELECT body FROM outbox")
        for secret in (first.secret, second.secret, third.secret):
            assert secret.removeprefix("whsec_") not in f"{dict(row)}{outbox}"
        listed = (await asked(book, ListWebhooks())).model_dump_json()
        assert "whsec_" not in listed


async def test_a_test_goes_to_one_alone_and_is_not_sent_again_with_the_rest(book: Book) -> None:
    async with receiving() as one, receiving() as other:
        made = await added(book, one)
        await added(book, other)
        tried = await asked(book, TryWebhook(webhook=made.webhook.id))
        await stack.eventually(lambda: one.ids, [tried.message])
        assert one.sent[0].event["type"] == "portal.webhook.tested.v1"
        again = await asked(book, ReplayWebhook(webhook=made.webhook.id, since=datetime.now(UTC) - timedelta(hours=1)))
        assert again.events == 0
        assert other.sent == []


async def test_one_that_hangs_keeps_nobody_waiting(book: Book) -> None:
    async with receiving() as hanging, receiving() as well:
        hanging.answer = lambda _: None
        for _ in range(2):
            await added(book, hanging)
        await added(book, well)
        names = [await happened(book) for _ in range(20)]
        await stack.eventually(lambda: set(well.ids), set(names), within=8)
        assert hanging.busiest <= 8  # four of each at once


async def test_a_webhook_that_fails_is_tried_less_and_less_however_much_waits(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: 500
        made = await added(book, receiver)
        for _ in range(30):
            await happened(book)

        async def slow() -> bool:
            return bool(await book.logins.value("SELECT count(*) FROM webhook_queue WHERE failing AND due_at > now()"))

        await stack.eventually(slow)
        assert len(receiver.sent) < queue.FAILING + 6
        due = "SELECT due_at FROM webhook_queue WHERE due_at > now()"
        before, waits = await book.logins.value(due), (await state(book, made.webhook.id)).waiting
        await happened(book)  # what is new does not end its pause

        async def in_line() -> int:
            found: int = (await state(book, made.webhook.id)).waiting
            return found

        await stack.eventually(in_line, waits + 1)
        assert await book.logins.value(due) == before


async def test_two_processes_send_each_event_once_and_never_side_by_side(book: Book, nats_server: NatsServer) -> None:
    settings = stack.policy_settings(nats_server, book.logins)
    async with receiving() as receiver, stack.running(service, settings, open_parts, PolicySettings):
        await added(book, receiver)
        names = [await happened(book) for _ in range(40)]
        await stack.eventually(lambda: sorted(receiver.ids), sorted(names))
        await happened(book)
        await stack.eventually(lambda: len(receiver.sent), 41)
        assert receiver.busiest <= 4


async def test_ended_it_hears_nothing_and_is_nobodys(book: Book) -> None:
    async with receiving() as receiver:
        made = await added(book, receiver)
        await asked(book, EndWebhook(webhook=made.webhook.id))
        await happened(book)
        await stack.eventually(lambda: stack.unsettled(book.ops, "PORTAL", "policy-portal"), 0)
        other = await added(book, receiver)
        name = await happened(book)
        await stack.eventually(lambda: receiver.ids, [name])
        for request in (EndWebhook, TryWebhook, ListWebhookDeliveries, ChangeWebhookSecret, ChangeWebhook):
            with pytest.raises(NotFound):
                await asked(book, request(webhook=made.webhook.id))
        assert await book.logins.value("SELECT count(*) FROM webhook_deliveries") == 1
        assert (await asked(book, ListWebhooks())).items[0].id == other.webhook.id


async def test_only_admins_and_systems_that_look_after_the_agency_may(book: Book) -> None:
    for who in (
        stack.signed(book.agency, kind=Kind.STAFF, role=Role.AGENT),
        stack.signed(book.agency, kind=Kind.SYSTEM, scopes=(Scope.AMS_PUBLISH,)),
    ):
        with pytest.raises(NotAllowed):
            await book.asker.ask(ListWebhooks(), who)
    system = stack.signed(book.agency, kind=Kind.SYSTEM, scopes=(Scope.AGENCY_ADMIN,))
    assert (await book.asker.ask(ListWebhooks(), system)).items == []


async def test_what_cannot_be_is_refused_with_a_reason(book: Book) -> None:
    with pytest.raises(UnknownEvents) as unknown:
        await asked(book, AddWebhook(url="https://hooks.example.com/", events=("signed-in", "nonsense")))
    assert unknown.value.facts == {"unknown": ["nonsense"]}
    with pytest.raises(AddressRefused):  # not a demo
        await asked(book, AddWebhook(url="http://localhost:8000/"))
    for number in range(10):
        await asked(book, AddWebhook(url=f"https://hooks.example.com/{number}"))
    with pytest.raises(TooManyWebhooks):
        await asked(book, AddWebhook(url="https://hooks.example.com/11"))
