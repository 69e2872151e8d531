"""Webhooks: an agency's own addresses hear its portal events, signed, at least once, for three days, alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

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
)
from contracts.principal import Kind, Role, Scope
from ops.stack.nats import NatsServer
from services.policy.app import open_parts
from services.policy.handlers import service
from services.policy.settings import PolicySettings
from services.policy.webhooks import deliveries, queue
from tests import stack
from tests.policy.conftest import Book
from tests.policy.receiver import receiving

from .hooks import added, asked, happened, sooner, state, with_problem


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


async def test_what_is_not_taken_comes_again_under_the_same_id_until_it_is(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "PAUSES", (1800,))  # it comes again when the test lets time pass, not before
    async with receiving() as receiver:
        answers = [500, 429, b"HTTP/1.1 302 Found\r\nlocation: http://localhost:1/\r\n\r\n", b"\x00\x01\r\n\r\n", 200]
        receiver.answer = lambda _: answers[len(receiver.sent) - 1]
        made = await added(book, receiver)
        name = await happened(book)
        for tries, problem in enumerate(("500", "429", "302", "answer"), 1):
            await stack.eventually(lambda tries=tries: len(receiver.sent) == tries)
            shown = await stack.eventually(lambda p=problem: with_problem(book, made.webhook.id, p))
            assert shown.state == "failing" and shown.waiting == 1
            await sooner(book, made.webhook.id)
        await stack.eventually(lambda: receiver.ids, [name] * 5)

        async def well() -> bool:
            return (await state(book, made.webhook.id)).state == "on"

        await stack.eventually(well)
    assert receiver.connections == 5  # and no redirect was followed
    assert all(sent.verifies(made.secret) for sent in receiver.sent)


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


async def test_what_is_sent_again_by_hand_has_all_of_its_tries_anew(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: 503
        made = await added(book, receiver)
        name = await happened(book)
        await stack.eventually(lambda: with_problem(book, made.webhook.id, "503"))

        async def held_back() -> Any:  # no turn is under way, and none begins, so that what is in line can be looked at
            return await book.logins.fetch(
                "UPDATE webhook_queue SET failing = true, due_at = now() + interval '1 day'"
                " WHERE leased_until IS NULL RETURNING webhook"
            )

        await stack.eventually(held_back)
        await asked(book, ReplayWebhook(webhook=made.webhook.id, since=datetime.now(UTC) - timedelta(hours=1)))
        (waiting,) = (await asked(book, ListWebhookDeliveries(webhook=made.webhook.id))).items
        assert (waiting.message, waiting.state) == (name, "waiting")
        assert (waiting.tries, waiting.status, waiting.problem, waiting.tried_at) == (0, 0, "", None)


async def test_one_that_hangs_keeps_nobody_waiting(book: Book) -> None:
    async with receiving() as hanging, receiving() as well:
        hanging.answer = lambda _: None
        for _ in range(2):
            await added(book, hanging)
        await added(book, well)
        names = [await happened(book) for _ in range(20)]
        await stack.eventually(lambda: set(well.ids), set(names))
        assert hanging.busiest <= 8  # four of each at once


async def test_a_webhook_that_fails_is_tried_less_and_less_however_much_waits(book: Book) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: 500
        made = await added(book, receiver)
        for _ in range(30):
            await happened(book)

        async def slow() -> Any:  # its pause is made longer, so that it is not over before it was looked at
            return await book.logins.fetch(
                "UPDATE webhook_queue SET due_at = due_at + interval '1 hour'"
                " WHERE failing AND due_at > now() AND leased_until IS NULL RETURNING due_at"
            )

        ((before,),) = await stack.eventually(slow)
        assert len(receiver.sent) < queue.FAILING + 6
        waits = (await state(book, made.webhook.id)).waiting
        await happened(book)  # what is new does not end its pause

        async def in_line() -> int:
            found: int = (await state(book, made.webhook.id)).waiting
            return found

        await stack.eventually(in_line, waits + 1)
        assert await book.logins.value("SELECT due_at FROM webhook_queue") == before


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
        await asked(book, EndWebhook(webhook=other.webhook.id))
        for table in ("webhook_deliveries", "webhook_queue", "heard_events"):  # nobody is left who could want them
            assert await book.logins.value(f"SELECT count(*) FROM {table}") == 0


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
