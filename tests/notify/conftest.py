"""Notify on a database of its own, with a mail server that it really sends to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest_asyncio

from contracts.identity.agencies import AgencyChanged, AgencyDetails
from contracts.notify import MailDocument, SendIdentificationCode
from kit.bus import Asker, Call
from kit.bus.call import Bus
from kit.database import Database
from kit.ids import new_id
from kit.principal import public_set
from services.notify import handlers
from services.notify.parts import Parts
from services.notify.settings import NotifySettings
from services.notify.smtp import MailServer
from services.notify.wording import Wording
from tests.stack import SIGNING_KEY, Logins

from .mail_servers import Documents, Post, post_office

PUBLIC_URL = "https://portal.example.com"
MAIL_FROM = "portal@mail.example.com"


def details(**changes: Any) -> AgencyDetails:
    """The record of an agency that does not exist."""
    facts: dict[str, Any] = {
        "slug": f"agency-{new_id().hex[-12:]}",
        "name": "Lakeside Insurance",
        "phone": "(512) 555-0140",
        "email": "service@lakeside.example.com",
        "website": "https://lakeside.example.com",
        "street": "100 Main Street",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
    }
    # not checked: what the contracts refuse today may rest from before
    return AgencyDetails(**facts).model_copy(update=changes)


@dataclass
class Notify:
    """Notify's handlers as a test calls them, and what they wrote."""

    database: Database
    logins: Logins
    post: Post
    parts: Parts
    agency: UUID = field(default_factory=new_id)
    documents: Documents = field(default_factory=lambda: Documents(b"%PDF-1.7 an ID card\n" * 300))

    def call(self) -> Call:
        """What a handler is given beside its job."""
        return Call(Bus(self.database, cast(Any, None), cast(Asker, self.documents), self.parts))

    async def hear_agency(self, **changes: Any) -> None:
        """The agency's record arrives."""
        event = AgencyChanged(agency=self.agency, version=1, details=details(**changes))
        async with self.database.transaction(self.agency) as transaction:
            await handlers.agency_changed(event, transaction)

    def code_job(self, **changes: Any) -> SendIdentificationCode:
        """A code for Pat, good for ten minutes."""
        facts: dict[str, Any] = {
            "agency": self.agency,
            "delivery": new_id(),
            "channel": "email",
            "to": "pat.rivera@example.com",
            "name": "Pat Rivera",
            "code": "482913",
            "expires_at": datetime.now(UTC) + timedelta(minutes=10),
            "language": "en",
        }
        return SendIdentificationCode(**{**facts, **changes})

    def document_job(self, **changes: Any) -> MailDocument:
        """An ID card for Pat."""
        facts: dict[str, Any] = {
            "agency": self.agency,
            "delivery": new_id(),
            "to": "pat.rivera@example.com",
            "sender_name": "Pat Rivera",
            "document": self.documents.id,
            "title": "ID card: 2021 Toyota Camry",
            "file_name": "id-card-toyota-camry.pdf",
            "sha256": self.documents.digest,
            "language": "en",
        }
        return MailDocument(**{**facts, **changes})

    async def send_code(self, job: SendIdentificationCode) -> None:
        """The bus delivers a code's job."""
        await handlers.send_identification_code(job, self.call())

    async def mail_document(self, job: MailDocument) -> None:
        """The bus delivers a document's job."""
        await handlers.mail_document(job, self.call())

    async def row(self, delivery: UUID) -> dict[str, Any]:
        """The record of a delivery."""
        (row,) = await self.logins.fetch("SELECT * FROM deliveries WHERE id = $1", delivery)
        return dict(row)

    async def state(self, delivery: UUID) -> str:
        """How the delivery stands."""
        return str((await self.row(delivery))["state"])

    async def pass_time(self, delivery: UUID, passed: timedelta) -> None:
        """Moves a delivery into the past, as if that much time had gone by."""
        await self.logins.fetch(
            "UPDATE deliveries SET leased_until = leased_until - $2::interval,"
            " gives_up_at = gives_up_at - $2::interval, made_at = made_at - $2::interval WHERE id = $1",
            *(delivery, passed),
        )


@pytest_asyncio.fixture(scope="module")
async def logins(clone: Callable[[str], Awaitable[Logins]]) -> Logins:
    """The module's own database."""
    return await clone("notify")


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    """A mail server."""
    async with post_office() as opened:
        yield opened


@pytest_asyncio.fixture
async def notify(logins: Logins, open_database: Callable[[Logins], Database], post: Post) -> AsyncIterator[Notify]:
    """Notify with a fresh agency that it has heard of."""
    settings = settings_of(logins, post.port)
    codes, documents = (MailServer(settings.smtp_url.get_secret_value(), settings.public_host) for _ in range(2))
    parts = Parts(settings, codes, documents, None, Wording(settings.public_url))
    opened = Notify(open_database(logins), logins, post, parts)
    await opened.hear_agency()
    yield opened
    await codes.close()
    await documents.close()


def settings_of(logins: Logins, smtp_port: int, **changes: Any) -> NotifySettings:
    """Notify's settings for a mail server on loopback."""
    facts: dict[str, Any] = {
        "nats_url": "nats://127.0.0.1:1",
        "nats_user": "notify",
        "nats_password": "unused",
        "principal_keys": public_set(SIGNING_KEY),
        "database_url": logins.url("app"),
        "reader_url": logins.url("reader"),
        "relay_url": logins.url("relay"),
        "public_url": PUBLIC_URL,
        "smtp_url": f"smtp://127.0.0.1:{smtp_port}",
        "mail_from": MAIL_FROM,
    }
    return NotifySettings(**{**facts, **changes})
