"""What tests of webhooks share: an admin who adds some, portal events that happen, and time that passes."""

import json
from typing import Any
from uuid import UUID

from contracts.policy.webhooks import AddWebhook, ListWebhooks, WebhookSecret
from contracts.principal import Kind, Role
from kit.ids import new_id
from tests import stack

from .conftest import SLUG, Book
from .receiver import Receiver

DEMO = "UPDATE agencies SET details = details || '{\"demo\": true}'"


def admin(book: Book, **changes: Any) -> str:
    """The principal of an admin of the agency."""
    return stack.signed(book.agency, kind=Kind.STAFF, role=Role.ADMIN, **changes)


async def asked(book: Book, request: Any, **changes: Any) -> Any:
    """Asks as an admin."""
    return await book.asker.ask(request, admin(book, **changes))


async def happened(book: Book, what: str = "signed-in", agency: str = SLUG, **data: Any) -> str:
    """A portal event on the bus; returns its id."""
    name = str(new_id())
    body = {"specversion": "1.0", "id": name, "source": "/portico", "type": f"portal.{what}.v1", "data": data}
    await book.ops.jetstream().publish(f"portal.{agency}.{what}", json.dumps(body).encode())
    return name


async def added(book: Book, receiver: Receiver, *events: str) -> WebhookSecret:
    """A webhook that goes to this receiver, of an agency that is a demo from now on."""
    await book.logins.fetch(DEMO)
    made = await asked(book, AddWebhook(url=receiver.url, events=events))
    assert isinstance(made, WebhookSecret)
    return made


async def in_line(logins: stack.Logins, agency: UUID, *webhooks: UUID) -> None:
    """Webhooks that nobody sends to: each in line with an event M1 that waits, where no policy runs."""
    for webhook in webhooks:
        key = (webhook, agency)
        await logins.fetch(
            "INSERT INTO webhooks (id, agency, url, events, secret)"
            " VALUES ($1, $2, 'https://hooks.example.com/', '{}', '')",
            *key,
        )
        await logins.fetch(
            "INSERT INTO webhook_deliveries (id, agency, webhook, message, what, stored_at)"
            " VALUES ($1, $2, $1, 'M1', 'signed-in', now())",
            *key,
        )
        await logins.fetch("INSERT INTO webhook_queue (webhook, agency, due_at) VALUES ($1, $2, now())", *key)
    await logins.fetch(
        "INSERT INTO heard_events (agency, message, what, stored_at, body) VALUES ($1, 'M1', 'signed-in', now(), '')",
        agency,
    )


async def sooner(book: Book, webhook: UUID, by: str = "1 hour") -> None:
    """Lets time pass for what waits."""
    await book.logins.fetch(
        f"UPDATE webhook_deliveries SET next_try_at = next_try_at - interval '{by}',"
        f" begun_at = begun_at - interval '{by}'"
        f" WHERE webhook = '{webhook}'"
    )
    await book.logins.fetch(f"UPDATE webhook_queue SET due_at = due_at - interval '{by}' WHERE webhook = '{webhook}'")


async def state(book: Book, webhook: UUID) -> Any:
    """The webhook as it is listed."""
    return next(each for each in (await asked(book, ListWebhooks())).items if each.id == webhook)


async def with_problem(book: Book, webhook: UUID, problem: str) -> Any:
    """The webhook once this was wrong the last time, else nothing."""
    found = await state(book, webhook)
    return found if found.problem == problem else None
