"""The actors of `bench attack`: attackers who guess codes from many addresses, and people who sign in meanwhile."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import BaseModel

from contracts.identity.sessions import Browser, SignedIn
from contracts.identity.sign_in import CodeAgain, CodeOver, CodeWrong, FinishSignIn, SendCode, SlowDown, StartSignIn
from contracts.kinds import Request, Unavailable
from contracts.notify import SendIdentificationCode
from kit.bus import Asker
from kit.bus.connection import flush

SIDE_BY_SIDE = 192
PATIENCE = 60.0  # seconds that a real person tries
DEADLINE = 10.0
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass
class Guessing:
    """What became of the guesses: `outcomes` by the refusal's code, `opened` the sessions that a guess has opened."""

    outcomes: Counter[str] = field(default_factory=Counter)
    opened: int = 0
    codes_refused: int = 0


@dataclass
class Attack:
    """`guesses` random codes for these addresses, from these client addresses, as fast as identity answers."""

    asker: Asker
    agency: str
    emails: Sequence[str]
    clients: Sequence[str]
    guesses: int
    result: Guessing = field(default_factory=Guessing)
    _flows: list[tuple[str, str]] = field(default_factory=list)

    async def run(self) -> None:
        """Guesses until all have been made."""
        left = iter(range(self.guesses))
        await asyncio.gather(*(self._attacker(left) for _ in range(SIDE_BY_SIDE)))

    async def _attacker(self, left: Iterator[int]) -> None:
        while True:
            sign_in, address = await self._flow()
            for _ in range(5):
                if next(left, None) is None:
                    return
                await self._guess(sign_in, address)

    async def _flow(self) -> tuple[str, str]:
        """A sign-in that has just been sent a code; where that is refused, an older one from another address."""
        address = random.choice(self.clients)  # noqa: S311 - an attacker needs no secrets
        wanted = StartSignIn(agency=self.agency, email=random.choice(self.emails), browser=Browser(address=address))  # noqa: S311
        try:
            fresh = (await self.asker.ask(wanted, deadline=DEADLINE)).sign_in, address
            self._flows.append(fresh)
            return fresh
        except (SlowDown, Unavailable):
            self.result.codes_refused += 1
            return random.choice(self._flows) if self._flows else ("none", address)  # noqa: S311

    async def _guess(self, sign_in: str, address: str) -> None:
        code = f"{random.randrange(10**6):06}"  # noqa: S311
        wanted = FinishSignIn(agency=self.agency, sign_in=sign_in, code=code, browser=Browser(address=address))
        try:
            await self.asker.ask(wanted, deadline=DEADLINE)
        except (CodeWrong, CodeAgain, CodeOver, SlowDown, Unavailable) as refusal:
            self.result.outcomes[refusal.code] += 1
        else:
            self.result.opened += 1


class People:
    """Real people of an agency: they sign in with the codes that they are sent, each from an address of their own."""

    def __init__(self, asker: Asker, agency: str) -> None:
        self._asker = asker
        self._agency = agency
        self._codes: dict[str, list[str]] = {}

    async def listen(self, ops: Client) -> None:
        """Reads what goes to their mailboxes."""
        await ops.subscribe(SendIdentificationCode.subject, cb=self._hear)
        await flush(ops)

    async def _hear(self, message: Msg) -> None:
        job = SendIdentificationCode.model_validate_json(message.data)
        self._codes.setdefault(job.to, []).append(job.code)

    async def sign_in(self, email: str, address: str) -> float:
        """The way of one person, who tries again when told to wait; returns the seconds that it took.

        Raises TimeoutError when it takes too long.
        """
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            await self._way(email, Browser(address=address))
        return time.monotonic() - began

    async def _way(self, email: str, browser: Browser) -> SignedIn:
        started = await self._patiently(StartSignIn(agency=self._agency, email=email, browser=browser))
        # attackers have codes sent to the same mailbox: a person can only try those that have come lately
        tried: set[str] = set()
        while True:
            code = next((code for code in reversed(self._codes.get(email, [])[-4:]) if code not in tried), None)
            if code is None:
                await asyncio.sleep(0.05)
                continue
            tried.add(code)
            wanted = FinishSignIn(agency=self._agency, sign_in=started.sign_in, code=code, browser=browser)
            try:
                return await self._patiently(wanted)
            except (CodeAgain, CodeWrong):
                continue
            except CodeOver:
                await self._patiently(SendCode(agency=self._agency, sign_in=started.sign_in, browser=browser))

    async def _patiently(self, request: Request[Answer]) -> Answer:
        """Asks again after the wait that it is told."""
        while True:
            try:
                return await self._asker.ask(request, deadline=DEADLINE)
            except (SlowDown, Unavailable) as refusal:
                await asyncio.sleep(min(5, refusal.facts["retry_after"]))
