"""Unknown addresses: told so, few times; or answered, like known ones, with something that tells nothing."""

import asyncio
import time
from typing import Any

import pytest

from contracts.identity.sessions import Browser
from contracts.identity.sign_in import CodeOver, CodeWrong, EmailNotFound, SlowDown
from services.identity.limits.pace import LEVEL, ROOM, Outcome, Pace
from tests.stack import eventually

from . import strangers
from .conftest import Identity, account, contact
from .strangers import again, finish, quick, spend, start, whole

PAT, NOBODY = "pat.rivera@example.com", "pia.nobody@example.com"
HOME = "192.0.2.10"
EARLY = 0.01  # seconds by which a loop's timers may come too soon, since they count in milliseconds
__all__ = ["quick"]


pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, mobile="+15125550112"))
    return identity


@pytest.fixture
async def neutral(household: Identity) -> Identity:
    await household.logins.fetch(
        "UPDATE agencies SET details = jsonb_set(details, '{sign_in,disclosure}', '\"neutral\"')"
    )
    return household


def shape(answer: Any) -> Any:
    """What an answer looks like, without what is random in it."""
    said = answer.model_dump()
    for name in ("sign_in", "id"):
        if name in said:
            said[name] = len(str(said[name]))
    said["channels"] = [{**one, "id": ""} for one in said["channels"]]
    return said


async def test_where_nothing_is_disclosed_an_unknown_address_is_answered_as_a_known_one(neutral: Identity) -> None:
    known = await start(neutral, PAT.title(), HOME)
    unknown = await start(neutral, NOBODY.title(), HOME)
    assert shape(known) == shape(unknown)
    assert (unknown.next, unknown.sent_to, unknown.certain) == ("code", "p•••@e•••.com", False)
    for started in (known, unknown):
        assert await again(neutral, started, HOME) == "email"
    code = await neutral.newest_code(1)
    answers: dict[str, list[str]] = {}
    for name, started in (("known", known), ("unknown", unknown)):
        for _ in range(6):
            try:
                await finish(neutral, started, strangers.wrong(code), HOME)
            except (CodeWrong, CodeOver) as refusal:
                answers.setdefault(name, []).append(f"{refusal.code} {refusal.facts}")
    assert answers["known"] == answers["unknown"]
    assert len(answers["known"]) == 6
    assert {sent.to for sent in neutral.codes} == {PAT}


async def test_where_nothing_is_disclosed_both_are_refused_after_the_same_number_of_codes(neutral: Identity) -> None:
    refused = {}
    for email in (PAT, NOBODY):
        started = await start(neutral, email, HOME)
        since = time.monotonic()
        for number in range(9):
            try:
                await again(neutral, started, HOME)
            except SlowDown as slow:
                refused[email] = (number, whole(slow.facts["retry_after"], since))
                break
    assert refused[PAT] == refused[NOBODY]


async def test_where_nothing_is_disclosed_every_step_takes_its_time(
    neutral: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.identity.limits.pace.LEVEL", 0.3)
    for email in (PAT, NOBODY):
        began = time.monotonic()
        started = await start(neutral, email, HOME)
        await again(neutral, started, HOME)
        with pytest.raises(CodeWrong):
            await finish(neutral, started, "no code", HOME)
        assert time.monotonic() - began >= 3 * (0.3 - EARLY)


async def test_where_nothing_is_disclosed_the_right_code_still_opens_the_portal(neutral: Identity) -> None:
    assert (await strangers.sign_in(neutral, PAT, HOME)).next == "home"


async def test_guesses_at_addresses_that_nobody_has_spend_nothing_of_the_agencys_budget(neutral: Identity) -> None:
    started = await start(neutral, NOBODY, HOME)
    await strangers.guess_wrong(neutral, started, "123456", HOME, 5)
    assert await neutral.logins.value("SELECT count(*) FROM budgets WHERE scope = 'guesses-agency'") == 0


async def test_a_client_learns_of_few_unknown_addresses_and_asking_again_costs_nothing(household: Identity) -> None:
    for number in range(5):
        for _ in range(1 if number == 4 else 3):
            with pytest.raises(EmailNotFound):
                await start(household, f"nobody{number}@example.com", HOME)
    started = await start(household, "nobody9@example.com", HOME)
    assert (started.next, started.certain) == ("code", False)
    assert not (await start(household, "nobody9@example.com", HOME)).certain
    with pytest.raises(EmailNotFound):  # others are told as before
        await start(household, "nobody9@example.com", "192.0.2.11")


@pytest.mark.parametrize("scope", ["unknown-agency", "unknown-installation"])
async def test_when_too_many_unknown_addresses_are_tried_nobody_is_told_any_more(
    household: Identity, scope: str
) -> None:
    assert (await start(household, PAT, HOME)).next == "channel"
    with pytest.raises(EmailNotFound):
        await start(household, NOBODY, HOME)
    await spend(household, scope)
    other = "192.0.2.11"
    assert shape(await start(household, PAT, other)) == shape(await start(household, NOBODY, other))
    await household.logins.fetch("UPDATE budgets SET at = at - interval '2 hours' WHERE scope = $1", scope)
    with pytest.raises(EmailNotFound):
        await start(household, NOBODY, other)


async def test_many_clients_together_learn_no_more_than_the_agencys_budget(household: Identity) -> None:
    with pytest.raises(EmailNotFound):
        await start(household, "nobody@example.com", HOME)
    await spend(household, "unknown-agency", 10)
    asks = (
        start(household, f"nobody{number}@example.com", place)
        for number, place in zip(range(40), strangers.addresses(), strict=False)
    )
    answers = await asyncio.gather(*asks, return_exceptions=True)
    assert sum(isinstance(answer, EmailNotFound) for answer in answers) == 10
    assert sum(getattr(answer, "certain", True) is False for answer in answers) == 30


async def test_a_level_answer_takes_the_same_time_whatever_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.identity.limits.pace.LEVEL", LEVEL)
    began = time.monotonic()
    await Pace().say(Outcome("known", level=True, began=began), Browser(address=HOME))
    assert time.monotonic() - began >= LEVEL - EARLY
    with pytest.raises(CodeOver):
        await Pace().say(Outcome(CodeOver(), level=True, began=began - LEVEL), Browser(address=HOME))


async def test_a_client_with_answers_in_waiting_is_told_to_slow_down_but_keeps_what_it_was_granted() -> None:
    pace, browser = Pace(), Browser(address=HOME)
    waiting = [asyncio.ensure_future(pace.say(Outcome("granted", delay=30.0), browser)) for _ in range(4)]
    await eventually(pace._waiting.total, 4)
    with pytest.raises(SlowDown):
        await pace.say(Outcome(CodeWrong(attempts_left=4), delay=30.0), browser)
    assert await pace.say(Outcome("granted", delay=30.0), browser) == "granted"
    assert await pace.say(Outcome("at once"), browser) == "at once"
    await stop(waiting)
    assert pace._waiting.total() == 0


async def test_with_too_many_answers_in_waiting_nobody_waits_any_longer() -> None:
    pace, clients = Pace(), [Browser(address=f"198.51.100.{number}") for number in range(ROOM // 4 + 1)]
    waiting = [
        asyncio.ensure_future(pace.say(Outcome("granted", delay=30.0), client))
        for client in clients[:-1]
        for _ in range(4)
    ]
    await eventually(pace._waiting.total, ROOM)
    async with asyncio.timeout(10):
        assert await pace.say(Outcome("granted", delay=30.0), clients[-1]) == "granted"
    await stop(waiting)


async def stop(waiting: list[asyncio.Future[str]]) -> None:
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
