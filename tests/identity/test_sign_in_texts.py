"""Codes by text message: only where they may go, not too many, and not while nobody uses them."""

import time
from uuid import UUID

import pytest

from contracts.identity.sign_in import SignInStarted, SlowDown
from kit.ids import new_id
from services.identity.sign_in.texts import may_receive

from .conftest import Identity, account, contact
from .strangers import again, finish, spend, start, whole

PAT = "pat.rivera@example.com"
MOBILE = "+15125550112"
HOME = "192.0.2.10"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, mobile=MOBILE))
    return identity


def by_text(started: SignInStarted) -> UUID:
    return next(channel.id for channel in started.channels if channel.kind == "sms")


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("+15125550112", True),
        ("+14165550112", True),
        ("+17875550112", True),  # Puerto Rico
        ("+18765550112", False),  # Jamaica, a country of its own under +1
        ("+19005550112", False),  # charges whoever calls or texts
        ("+18005550112", False),
        ("+442079460112", False),
        ("+5215555550112", False),
        ("+11235550112", False),
        ("+1512555011", False),
        ("", False),
    ],
)
def test_texts_go_to_mobile_numbers_of_the_united_states_and_canada(number: str, may: bool) -> None:
    assert may_receive(number) is may


async def test_a_number_elsewhere_is_not_offered_and_the_code_goes_by_email_at_once(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, mobile="+18765550112"))
    started = await start(identity, PAT, HOME)
    assert (started.next, [channel.kind for channel in started.channels]) == ("code", ["email"])


async def test_a_number_gets_one_text_a_minute_then_fewer_and_five_a_day(household: Identity) -> None:
    waits = []
    started = await start(household, PAT, HOME)
    for _ in range(5):
        since = time.monotonic()
        assert await again(household, started, HOME, by_text(started)) == "sms"
        with pytest.raises(SlowDown) as slow:
            await again(household, started, HOME, by_text(started))
        waits.append(whole(slow.value.facts["retry_after"], since))
        await household.logins.fetch("DELETE FROM budgets WHERE scope = 'codes-pair'")
        await household.logins.fetch(
            "UPDATE budgets SET at = at - interval '1 second' * $1 WHERE scope = 'texts-number'", waits[-1]
        )
    assert waits == [60, 120, 240, 480, 960]
    with pytest.raises(SlowDown) as slow:
        await again(household, started, HOME, by_text(started))
    assert 80_000 < slow.value.facts["retry_after"] <= 86_400
    assert await household.sent() == 5
    assert [code.channel for code in household.codes] == ["sms"] * 5
    assert await again(household, started, HOME, started.channels[0].id) == "email"


async def test_a_number_gets_five_texts_a_day_even_where_nobody_has_to_wait_for_the_next(household: Identity) -> None:
    started = await start(household, PAT, HOME)
    for number in range(5):
        assert await again(household, started, HOME, by_text(started)) == "sms"
        await household.newest_code(number)
        await household.logins.fetch("DELETE FROM budgets")  # nothing else is left that could hold the sixth up
    with pytest.raises(SlowDown) as slow:
        await again(household, started, HOME, by_text(started))
    assert 80_000 < slow.value.facts["retry_after"] <= 86_400
    await household.logins.fetch("DELETE FROM budgets")
    aside = "UPDATE codes SET made_at = made_at - interval '1 day' WHERE id = (SELECT id FROM codes LIMIT 1)"
    await household.logins.fetch(aside)
    assert await again(household, started, HOME, by_text(started)) == "sms"  # the first of them was yesterday's


async def test_whoever_got_in_by_text_waits_no_longer_than_a_minute_for_the_next(household: Identity) -> None:
    for number in range(2):
        started = await start(household, PAT, HOME)
        await again(household, started, HOME, by_text(started))
        await finish(household, started, await household.newest_code(number), HOME)
        await household.logins.fetch("UPDATE budgets SET at = at - interval '60 seconds' WHERE scope = 'texts-number'")
    started = await start(household, PAT, HOME)
    assert await again(household, started, HOME, by_text(started)) == "sms"


async def texts_of_yesterday(identity: Identity, sent: int, used: int) -> None:
    """Texts of the agency whose time is over."""
    await identity.logins.fetch(
        "INSERT INTO codes (id, agency, sign_in, email, channel, keyed_hash, made_at, expires_at, used_at)"
        " SELECT gen_random_uuid(), $1, $2, 'x', 'sms', '', now() - interval '1 hour', now() - interval '50 minutes',"
        " CASE WHEN n <= $4 THEN now() - interval '55 minutes' END FROM generate_series(1, $3) AS n",
        identity.agency.id,
        new_id(),
        sent,
        used,
    )


@pytest.mark.parametrize(("sent", "used", "on"), [(49, 0, True), (60, 20, True), (60, 10, False)])
async def test_texts_stop_for_an_agency_while_few_of_their_codes_are_used(
    household: Identity, sent: int, used: int, on: bool
) -> None:
    began_before = await start(household, PAT, HOME)
    await texts_of_yesterday(household, sent, used)
    started = await start(household, PAT, HOME)
    assert (started.next == "channel") is on
    # a sign-in that had offered the text goes on by e-mail
    assert await again(household, began_before, HOME, by_text(began_before)) == ("sms" if on else "email")


@pytest.mark.parametrize("scope", ["texts-agency", "codes-agency", "codes-installation"])
async def test_texts_stop_while_an_agency_sends_too_many_or_codes_are_strained(household: Identity, scope: str) -> None:
    started = await start(household, PAT, HOME)
    await again(household, started, HOME, by_text(started))
    await spend(household, scope)
    assert (await start(household, PAT, "192.0.2.11")).next == "code"
