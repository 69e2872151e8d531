"""Who a request comes from: its session, remembered by the hash of its token until it ends or has to be renewed."""

import time
from hashlib import sha256
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.identity.devices import DeviceSession, ResolveDevice
from contracts.identity.sessions import Browser, ResolveSession, Session, SessionEnded
from contracts.kinds import SignInRequired
from kit.bus import Asker

from .freshness import Memory

MARGIN = 6.0  # seconds: a principal must outlive the longest request that carries it
LONGEST = 200  # characters of a token


class Sessions:
    """Resolves session tokens."""

    def __init__(self, asker: Asker, client: Client) -> None:
        self._asker = asker
        self._client = client
        self._live: Memory[bytes, Session] = Memory(client, 50_000)
        self._tokens: dict[UUID, bytes] = {}

    async def listen(self) -> None:
        """Starts hearing of sessions that end."""
        await self._client.subscribe(SessionEnded.subject, cb=self._ended)

    async def find(self, token: str) -> Session | None:
        """The live session of this token, if there is one."""
        if not token or len(token) > LONGEST or not token.isascii() or not token.isprintable():
            return None
        digest = sha256(token.encode()).digest()
        session = self._live.get(digest)
        if session is not None and session.good_until.timestamp() - MARGIN > time.time():
            return session
        stamp = self._live.stamp()
        try:
            session = await self._asker.ask(ResolveSession(token=token))
        except SignInRequired:
            return None
        self._live.keep(digest, session, stamp)
        self._remember(session.sid, digest)
        return session

    async def find_device(self, token: str, browser: Browser) -> DeviceSession | None:
        """The session of a remembered device, if it is one; with the secret that the browser keeps from now on."""
        if not token or len(token) > LONGEST or not token.isascii() or not token.isprintable():
            return None
        digest = sha256(b"device " + token.encode()).digest()
        session = self._live.get(digest)
        if session is not None and session.good_until.timestamp() - MARGIN > time.time():
            return DeviceSession(session=session, expires_at=session.good_until)
        stamp = self._live.stamp()
        try:
            found = await self._asker.ask(ResolveDevice(token=token, browser=browser))
        except SignInRequired:
            return None
        self._live.keep(digest, found.session, stamp)
        self._remember(found.session.sid, digest)
        return found

    def _remember(self, sid: UUID, digest: bytes) -> None:
        self._tokens[sid] = digest
        if len(self._tokens) > 100_000:
            self._tokens.pop(next(iter(self._tokens)))

    def forget(self, sid: UUID) -> None:
        """Drops what is remembered of a session."""
        # even of an unknown one: its answer may be on the way, and must not be kept
        self._live.drop(self._tokens.pop(sid, b""))

    async def _ended(self, message: Msg) -> None:
        self.forget(SessionEnded.model_validate_json(message.data).sid)
