"""Identity on the real bus and a database of its own, with an agency whose system has spoken."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from nats.aio.client import Client

from contracts.identity.agencies import AddAgency, Agency, AgencyDetails
from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import FinishSignIn, SignInStarted, StartSignIn
from contracts.notify import SendIdentificationCode
from kit.bus import Asker
from ops.stack.nats import NatsServer
from services.identity.app import open_parts
from services.identity.handlers import service
from services.identity.settings import IdentitySettings
from tests import stack
from tests.declared import declared

__all__ = ["declared"]
SLUG = "oakhill"


@dataclass
class Identity:
    """Identity, asked as the gateway asks it; `codes` are the codes that notify was told to send, oldest first."""

    asker: Asker
    ops: Client
    logins: stack.Logins
    agency: Agency
    codes: list[SendIdentificationCode]
    running: stack.Running | None = None

    async def publish(self, kind: str, ams_id: str, sequence: int, data: dict[str, Any] | None) -> None:
        """What the AMS says; returns when identity has settled it."""
        body = stack.cloud_event(kind, ams_id, sequence, data)
        await self.ops.jetstream().publish(f"ams.{SLUG}.{kind}", body)

        async def heard() -> bool:
            query = "SELECT count(*) FROM inbox WHERE message_id = $1"
            return bool(await self.logins.value(query, f"{SLUG}:/ams:{json.loads(body)['id']}"))

        await stack.eventually(heard)

    async def start(self, email: str) -> SignInStarted:
        return await self.asker.ask(StartSignIn(agency=SLUG, email=email))

    async def sent(self) -> int:
        """How many codes were sent so far, once all of them have come: nobody waited for that of an earlier start."""
        subject = SendIdentificationCode.subject
        state = (await self.ops.jsm().stream_info("CODES", subjects_filter=subject)).state
        count = (state.subjects or {}).get(subject, 0)
        await stack.eventually(lambda: len(self.codes) >= count)
        return count

    async def newest_code(self, after: int) -> str:
        """The code that was sent after the first `after` ones."""
        await stack.eventually(lambda: len(self.codes) > after)
        return self.codes[-1].code

    async def sign_in(self, email: str) -> SignedIn:
        sent = await self.sent()
        started = await self.start(email)
        code = await self.newest_code(sent)
        return await self.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))


def account(name: str = "Rivera household", number: str = "1001") -> dict[str, Any]:
    return {"name": name, "number": number, "street": "12 Sample Lane", "city": "Austin", "state": "TX"}


def contact(of: str, email: str, **more: Any) -> dict[str, Any]:
    return {"account": of, "role": "primary", "first_name": "Pat", "last_name": "Rivera", "email": email, **more}


@pytest.fixture
def own_settings() -> dict[str, Any]:
    """What identity's settings are to be besides those of every test; modules have their own."""
    return {}


@pytest_asyncio.fixture
async def identity(
    nats_server: NatsServer,
    ops_client: Client,
    clone: Callable[[str], Awaitable[stack.Logins]],
    own_settings: dict[str, Any],
) -> AsyncIterator[Identity]:
    logins = await clone("identity")
    await logins.clear()
    codes: list[SendIdentificationCode] = []

    async def note(message: Any) -> None:
        codes.append(SendIdentificationCode.model_validate(json.loads(message.data)))

    await ops_client.subscribe(SendIdentificationCode.subject, cb=note)
    settings = stack.identity_settings(nats_server, logins, **own_settings)
    async with stack.running(service, settings, open_parts, IdentitySettings) as running:
        details = AgencyDetails(
            slug=SLUG, name="Oak Hill Insurance", phone="512-555-0100", email="agent@oakhill.example"
        )
        agency = await Asker(ops_client).ask(AddAgency(details=details))
        gateway = await stack.connect(nats_server, "gateway")
        yield Identity(Asker(gateway), ops_client, logins, agency, codes, running)
        await gateway.close()
