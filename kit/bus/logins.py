"""Logins of the bus that are not our processes': the bus asks about each, and the service that admits them answers."""

import asyncio
import logging

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from contracts.streams import LOGINS

from .call import Bus, Call
from .callout import LoginKeys, Unreadable
from .connection import flush, unsubscribe
from .service import Admits

log = logging.getLogger(__name__)

AT_ONCE = 32  # beyond that the bus gets no answer, and refuses the login by itself
WITHIN = 1.5  # seconds; the bus waits two


class LoginServer:
    """Answers the bus's questions about logins until it is drained."""

    def __init__(self, admits: Admits, bus: Bus, keys: LoginKeys) -> None:
        self._admits = admits
        self._bus = bus
        self._keys = keys
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscription: Subscription | None = None

    async def start(self) -> None:
        """Subscribes, sharing the questions with the service's other processes."""
        self._subscription = await self._bus.client.subscribe(LOGINS, queue="logins", cb=self._receive)
        await flush(self._bus.client)

    async def drain(self) -> None:
        """Takes no more questions and returns when those that were taken are answered."""
        is_told = await unsubscribe(self._bus.client, [self._subscription] if self._subscription else [])
        while self._tasks:
            await asyncio.wait(self._tasks)
        if is_told:
            await flush(self._bus.client)

    async def _receive(self, message: Msg) -> None:
        if len(self._tasks) >= AT_ONCE:
            log.warning("too many logins at once")
            return
        task = asyncio.ensure_future(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Msg) -> None:
        try:
            question = self._keys.read(message.data, dict(message.headers or {}))
            async with asyncio.timeout(WITHIN):
                permissions = await self._admits(question.login, Call(self._bus))
            if permissions is None:  # without the user, which may be a mistyped secret
                log.warning("login refused", extra={"address": question.login.address})
            answer = self._keys.refuse(question) if permissions is None else self._keys.admit(question, permissions)
            await message.respond(answer)
        except Unreadable as error:
            log.warning("a question about a login cannot be read: %s", error)
        except Exception:
            log.exception("login not answered")
