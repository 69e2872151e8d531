"""A portal front end over the JSON API, as an agency's own application would be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any
from zlib import crc32

import httpx

from .mailbox import Mailbox
from .portal import until
from .secrets_seen import SecretsSeen

FIRST_PLACE = IPv4Address("198.18.0.0")  # of RFC 2544, for measurements and tests


@dataclass(frozen=True)
class FrontEnd:
    """Calls the API; `client` is nobody yet."""

    client: httpx.AsyncClient
    mailbox: Mailbox
    seen: SecretsSeen

    async def start(self, email: str) -> httpx.Response:
        """Asks to sign in with an address, each person from a place of its own."""
        place = {"x-forwarded-for": str(FIRST_PLACE + crc32(email.encode()) % 100_000)}
        answer = await self.client.post("/api/v1/demo/sign-in", json={"email": email}, headers=place)
        if answer.status_code == 200 and answer.json()["sign_in"]:  # Google's begins later
            self.seen.sign_ins.add(answer.json()["sign_in"])
        return answer

    async def known(self, email: str) -> None:
        """Returns once an address that its agency has just published can sign in.

        The code that this sends has arrived by then, so that nobody takes it for that of a later sign-in.
        """
        before = await self.mailbox.sent_to(email)
        if (await self.begun(email))["next"] == "code":
            await self.mailbox.after(email, before)

    async def begun(self, email: str) -> dict[str, Any]:
        """The sign-in of an address that its agency has just published."""

        async def found() -> dict[str, Any] | None:
            answer = await self.start(email)
            assert answer.status_code in (200, 404), answer.text
            return answer.json() if answer.status_code == 200 else None

        started = await until(found, step=0.1)
        assert started is not None
        return started

    async def verify(self, sign_in: str, code: str) -> httpx.Response:
        """Trades a code for a session."""
        answer = await self.client.post(f"/api/v1/demo/sign-in/{sign_in}/verify", json={"code": code})
        if answer.status_code == 200:
            self.seen.sessions.add(answer.json()["token"])
        return answer

    async def sign_in(self, email: str) -> str:
        """A session's token for an address, by a code in its mail."""
        return str((await self.session(email))["token"])

    async def session(self, email: str) -> dict[str, Any]:
        """What the API says of a session for an address, by a code in its mail."""
        before = await self.mailbox.sent_to(email)
        started = await self.begun(email)
        if started["next"] == "channel":
            way = next(channel["id"] for channel in started["channels"] if channel["kind"] == "email")
            sent = await self.client.post(f"/api/v1/demo/sign-in/{started['sign_in']}/code", json={"channel": way})
            assert sent.status_code == 202, sent.text
        answer = await self.verify(started["sign_in"], await self.mailbox.code_after(email, before))
        assert answer.status_code == 200, answer.text
        session: dict[str, Any] = answer.json()
        return session

    @asynccontextmanager
    async def signed_in(self, email: str) -> AsyncIterator[httpx.AsyncClient]:
        """A client with a session."""
        token = await self.sign_in(email)
        async with httpx.AsyncClient(
            base_url=self.client.base_url, headers={"authorization": f"Bearer {token}"}, timeout=20
        ) as client:
            yield client
