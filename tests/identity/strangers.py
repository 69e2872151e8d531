"""People and strangers at identity's door, each from an address of their own."""

import itertools
import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from contracts.identity.sessions import Browser, SignedIn
from contracts.identity.sign_in import CodeOver, CodeWrong, FinishSignIn, SendCode, SignInStarted, StartSignIn

from .conftest import SLUG, Identity


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that come later on purpose come only a little later."""
    monkeypatch.setattr("services.identity.limits.admissions.SLOW", 0.02)
    monkeypatch.setattr("services.identity.limits.pace.LEVEL", 0.02)


def from_(address: str) -> Browser:
    return Browser(address=address, agent="Tests/1")


def addresses() -> Iterator[str]:
    """Client addresses without end, each in a network of its own."""
    return (f"2001:db8:{number // 65536:x}:{number % 65536:x}::1" for number in itertools.count(1))


async def start(identity: Identity, email: str, address: str) -> SignInStarted:
    return await identity.asker.ask(StartSignIn(agency=SLUG, email=email, browser=from_(address)))


async def again(identity: Identity, started: SignInStarted, address: str, channel: UUID | None = None) -> str:
    wanted = SendCode(agency=SLUG, sign_in=started.sign_in, channel=channel, browser=from_(address))
    return (await identity.asker.ask(wanted)).kind


async def finish(identity: Identity, started: SignInStarted, code: str, address: str) -> SignedIn:
    wanted = FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code, browser=from_(address))
    return await identity.asker.ask(wanted)


async def sign_in(identity: Identity, email: str, address: str) -> SignedIn:
    """One person's whole way; raises whatever stops it."""
    sent = await identity.sent()
    started = await start(identity, email, address)
    return await finish(identity, started, await identity.newest_code(sent), address)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def whole(wait: int, since: float) -> int:
    """The minutes, in seconds, that a wait had at first: what has passed of it `since` (of the clock) is put back."""
    minutes = -(-wait // 60) * 60
    return minutes if minutes - wait <= time.monotonic() - since else wait


async def guess_wrong(identity: Identity, started: SignInStarted, right: str, address: str, times: int = 1) -> None:
    """Types a wrong code, so many times."""
    for _ in range(times):
        try:
            await finish(identity, started, wrong(right), address)
        except (CodeWrong, CodeOver):
            continue


async def spend(identity: Identity, scope: str, left: float = -50.0) -> None:
    """Leaves so much of every budget of a scope; it must have been asked for before.

    Less than nothing, since the largest ones have one more to give every other second.
    """
    changed = await identity.logins.fetch(
        "UPDATE budgets SET spent = allowed - $2, at = clock_timestamp() WHERE scope = $1 RETURNING 1", scope, left
    )
    assert changed, f"no budget of {scope}"
