"""What strangers can do with codes and guesses, and what they cannot: lock a person out, or get in by trying."""

import asyncio

import pytest

from contracts.identity.sign_in import CodeAgain, CodeOver, CodeWrong, SlowDown
from tests.stack import eventually

from . import strangers
from .conftest import Identity, account, contact
from .strangers import again, finish, guess_wrong, quick, sign_in, spend, start, wrong

PAT = "pat.rivera@example.com"
SAM = "sam.lee@example.com"
HOME, CAFE = "192.0.2.10", "198.51.100.7"
__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def household(identity: Identity) -> Identity:
    for number, email in enumerate((PAT, SAM)):
        await identity.publish("account", f"A{number}", 1, account(f"Household {number}", str(number)))
        await identity.publish("contact", f"K{number}", 1, contact(f"A{number}", email))
    return identity


async def sessions(identity: Identity) -> int:
    return int(await identity.logins.value("SELECT count(*) FROM sessions"))


async def test_strangers_who_ask_for_a_persons_codes_do_not_keep_the_person_from_one(household: Identity) -> None:
    places = strangers.addresses()
    refused = 0
    for _ in range(5):
        place = next(places)
        for _ in range(4):
            try:
                await start(household, PAT, place)
            except SlowDown as slow:
                assert slow.facts["retry_after"] <= 900
                refused += 1
    assert refused >= 5
    await spend(household, "codes-contact")
    await sign_in(household, PAT, HOME)


async def test_somebody_who_is_known_from_there_is_kept_by_no_budget_of_strangers(household: Identity) -> None:
    await sign_in(household, PAT, HOME)
    await start(household, PAT, CAFE)  # so that every row is there
    for scope in ("codes-client", "codes-lane", "codes-agency", "codes-installation"):
        await spend(household, scope)
    with pytest.raises(SlowDown):
        await start(household, PAT, "198.51.100.8")
    await sign_in(household, PAT, HOME)


async def test_success_ends_the_waits_of_whoever_had_them(household: Identity) -> None:
    for _ in range(6):
        await sign_in(household, PAT, HOME)


async def test_a_client_that_sends_codes_to_many_people_is_slowed_down_and_others_are_not(household: Identity) -> None:
    await start(household, PAT, CAFE)
    await spend(household, "codes-client", 0.5)
    with pytest.raises(SlowDown) as slow:
        await start(household, SAM, CAFE)
    assert 0 < slow.value.facts["retry_after"] <= 900
    assert await household.sent() == 1
    await sign_in(household, SAM, HOME)


@pytest.mark.parametrize("scope", ["codes-agency", "codes-installation"])
async def test_while_too_many_codes_are_sent_a_strange_client_gets_few_but_the_first_at_once(
    household: Identity, scope: str
) -> None:
    await start(household, PAT, CAFE)
    await spend(household, scope)
    answers = await asyncio.gather(*(start(household, email, HOME) for email in (PAT, SAM) * 3), return_exceptions=True)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 4
    assert sum(isinstance(answer, SlowDown) for answer in answers) == 2
    assert await start(household, PAT, next(strangers.addresses()))


async def test_strangers_wrong_codes_take_none_of_the_persons_tries(household: Identity) -> None:
    mine = await start(household, PAT, HOME)
    code = await household.newest_code(0)
    for place, _ in zip(strangers.addresses(), range(2), strict=False):
        theirs = await start(household, PAT, place)
        await guess_wrong(household, theirs, code, place, 5)
    with pytest.raises(CodeWrong) as refused:
        await finish(household, mine, wrong(code), HOME)
    assert refused.value.facts["attempts_left"] == 4


@pytest.mark.parametrize("scope", ["guesses-contact", "guesses-agency", "guesses-installation"])
async def test_while_too_many_codes_are_guessed_one_alone_opens_nothing_and_a_second_one_does(
    household: Identity, scope: str
) -> None:
    theirs = await start(household, PAT, CAFE)
    await guess_wrong(household, theirs, await household.newest_code(0), CAFE)
    await spend(household, scope)

    mine = await start(household, PAT, HOME)
    first = await household.newest_code(1)
    with pytest.raises(CodeAgain):
        await finish(household, mine, first, HOME)
    assert await sessions(household) == 0
    second = await household.newest_code(2)
    if second != first:
        with pytest.raises(CodeWrong):
            await finish(household, mine, first, HOME)
    assert (await finish(household, mine, second, HOME)).next == "home"


async def test_the_first_of_two_codes_ends_every_other_one_of_that_sign_in(household: Identity) -> None:
    mine = await start(household, PAT, HOME)
    older = await household.newest_code(0)
    await again(household, mine, HOME)
    newer = await household.newest_code(1)
    await guess_wrong(household, mine, newer, HOME)
    await spend(household, "guesses-contact")
    with pytest.raises(CodeAgain):
        await finish(household, mine, older, HOME)  # mails overtake one another
    second = await household.newest_code(2)
    if newer != second:
        with pytest.raises(CodeWrong):
            await finish(household, mine, newer, HOME)
    assert await sessions(household) == 0


async def test_a_sign_in_ends_with_its_code_and_the_other_of_the_two_newest_opens_nothing_more(
    household: Identity,
) -> None:
    started = await start(household, PAT, HOME)
    first = await household.newest_code(0)
    await again(household, started, HOME)
    second = await household.newest_code(1)
    await finish(household, started, second, HOME)
    with pytest.raises(CodeOver):
        await finish(household, started, first, HOME)
    assert await sessions(household) == 1


async def test_somebody_known_from_there_needs_one_code_whatever_strangers_guess(household: Identity) -> None:
    await sign_in(household, PAT, HOME)
    theirs = await start(household, PAT, CAFE)
    await guess_wrong(household, theirs, await household.newest_code(1), CAFE)
    for scope in ("guesses-contact", "guesses-agency", "guesses-installation"):
        await spend(household, scope)
    await sign_in(household, PAT, HOME)
    with pytest.raises(CodeAgain):
        await sign_in(household, SAM, HOME)  # known is the pair of both, not the place alone


async def test_somebody_known_from_there_may_not_guess_without_end_either(household: Identity) -> None:
    await sign_in(household, PAT, HOME)
    mine = await start(household, PAT, HOME)
    await guess_wrong(household, mine, await household.newest_code(1), HOME)
    await spend(household, "guesses-familiar")
    with pytest.raises(CodeAgain):
        await sign_in(household, PAT, HOME)


async def test_a_client_that_guesses_too_much_is_refused_without_losing_a_try_and_others_are_not(
    household: Identity,
) -> None:
    mine = await start(household, PAT, CAFE)
    code = await household.newest_code(0)
    await guess_wrong(household, mine, code, CAFE)
    await spend(household, "guesses-client")
    for _ in range(6):
        with pytest.raises(SlowDown):
            await finish(household, mine, code, CAFE)
    assert await household.logins.value("SELECT max(tries) FROM sign_ins") == 1
    await sign_in(household, PAT, HOME)


async def test_right_codes_cost_nothing_of_what_may_be_guessed(household: Identity) -> None:
    for _ in range(3):
        await sign_in(household, PAT, HOME)
        await household.logins.fetch("DELETE FROM familiar_clients")
    scopes = ["guesses-agency", "guesses-client", "guesses-contact", "guesses-installation"]

    async def unspent() -> list[str]:
        rows = await household.logins.fetch("SELECT scope, spent FROM budgets WHERE scope LIKE 'guesses-%'")
        return sorted(row["scope"] for row in rows if row["spent"] < 0.01)

    await eventually(unspent, scopes)


async def test_guesses_where_no_code_could_be_right_cost_nothing_wide(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, mobile="+15125550112"))
    started = await start(identity, PAT, CAFE)
    assert started.next == "channel"  # nothing was sent yet
    with pytest.raises(CodeOver):
        await finish(identity, started, "123456", CAFE)
    assert await identity.logins.value("SELECT count(*) FROM budgets WHERE scope = 'guesses-agency'") == 0


async def test_five_wrong_codes_are_seen_in_the_activity_of_whose_they_were(household: Identity) -> None:
    theirs = await start(household, PAT, CAFE)
    await guess_wrong(household, theirs, await household.newest_code(0), CAFE, 5)
    query = "SELECT doer->>'address' FROM activities WHERE what = 'codes-wrong'"
    assert await household.logins.value(query) == CAFE


async def test_budgets_and_known_clients_keep_no_address_of_anybody(household: Identity) -> None:
    await sign_in(household, PAT, HOME)
    await guess_wrong(household, await start(household, PAT, CAFE), "000000", CAFE)
    for table in ("budgets", "familiar_clients"):
        rows = await household.logins.fetch(f"SELECT t::text AS row FROM {table} t")
        assert rows
        for secret in (PAT, HOME, CAFE, PAT.encode().hex(), bytes([192, 0, 2, 10]).hex()):
            assert not [row for row in rows if secret in row["row"]]


async def test_old_sign_ins_and_their_codes_are_removed(household: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.identity.sign_in.starts.SWEPT_ONE_IN", 1)
    await start(household, PAT, HOME)
    await household.logins.fetch("UPDATE sign_ins SET expires_at = now() - interval '3 days'")
    await start(household, SAM, HOME)

    async def left() -> list[str]:
        rows = await household.logins.fetch("SELECT email FROM codes UNION ALL SELECT email FROM sign_ins")
        return [row["email"] for row in rows]

    await eventually(left, [SAM, SAM])
