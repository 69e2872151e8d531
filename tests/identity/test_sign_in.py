"""Signing in with an identification code, on the real bus and database."""

import asyncio
import time
from datetime import timedelta

import asyncpg
import pytest

from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ChooseAccount, EndSession, ResolveSession
from contracts.identity.sign_in import CodeOver, CodeWrong, EmailNotFound, FinishSignIn, SendCode, SlowDown
from contracts.kinds import NotFound, SignInRequired
from tests.stack import eventually

from .conftest import SLUG, Identity, account, contact
from .strangers import whole

PAT = "pat.rivera@example.com"
MOBILE = "+15125550112"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    return identity


async def test_an_email_alone_gets_its_code_at_once_and_the_code_opens_a_session(household: Identity) -> None:
    started = await household.start("Pat.Rivera@Example.com")
    code = await household.newest_code(0)
    signed_in = await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    session = await household.asker.ask(ResolveSession(token=signed_in.token))
    me = await household.asker.ask(GetMe(), session.principal)

    assert (started.next, started.sent_to) == ("code", "p•••@e•••.com")
    assert household.codes[0].to == PAT
    assert signed_in.next == "home"
    assert (me.contact.name, me.account.number) == ("Pat Rivera", "1001")


async def test_a_mobile_on_file_gives_the_choice_and_the_code_goes_where_it_was_chosen(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, mobile=MOBILE))

    started = await identity.start(PAT)
    assert (started.next, [c.masked for c in started.channels]) == ("channel", ["p•••@e•••.com", "••• 12"])
    assert identity.codes == []

    by_text = started.channels[1]
    await identity.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in, channel=by_text.id))
    code = await identity.newest_code(0)
    signed_in = await identity.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    session = await identity.asker.ask(ResolveSession(token=signed_in.token))

    assert (identity.codes[0].channel, identity.codes[0].to) == ("sms", MOBILE)
    assert session.account is not None


@pytest.mark.parametrize(
    ("role", "access", "email", "may"),
    [
        ("primary", False, PAT, True),
        ("second", True, PAT, True),
        ("additional", True, PAT, True),
        ("second", False, PAT, False),
        ("additional", False, PAT, False),
    ],
)
async def test_the_primary_contact_enters_by_having_an_email_the_others_by_the_toggle(
    identity: Identity, role: str, access: bool, email: str, may: bool
) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", email, role=role, access=access))
    if may:
        assert (await identity.start(PAT)).next == "code"
    else:
        with pytest.raises(EmailNotFound):
            await identity.start(PAT)


async def test_an_unknown_address_is_told_so_in_the_portals_own_words(household: Identity) -> None:
    with pytest.raises(EmailNotFound) as refused:
        await household.start("nobody@example.com")
    assert refused.value.title == "This email address is not found. Please contact your agent directly."


async def test_wrong_codes_count_down_and_then_even_the_right_one_is_over(household: Identity) -> None:
    started = await household.start(PAT)
    code = await household.newest_code(0)
    wrong = "000000" if code != "000000" else "111111"
    left = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as refused:
            await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=wrong))
        left.append(refused.value.facts["attempts_left"])
    with pytest.raises(CodeOver):
        await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=wrong))
    with pytest.raises(CodeOver):
        await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    assert left == [4, 3, 2, 1]


async def test_guesses_side_by_side_are_each_counted_before_they_are_looked_at(household: Identity) -> None:
    started = await household.start(PAT)
    code = await household.newest_code(0)
    guesses = [f"{number:06}" for number in range(40) if f"{number:06}" != code]
    answers = await asyncio.gather(
        *(household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=guess)) for guess in guesses),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, CodeWrong) for answer in answers) == 4
    assert sum(isinstance(answer, CodeOver) for answer in answers) == len(guesses) - 4


async def test_a_code_opens_one_session_only_even_when_it_is_sent_many_times_at_once(household: Identity) -> None:
    started = await household.start(PAT)
    code = await household.newest_code(0)
    logins = household.logins
    holder = await asyncpg.connect(logins.server.dsn(logins.database))
    held = holder.transaction()
    await held.start()
    await holder.execute("SELECT 1 FROM codes FOR UPDATE")  # all have seen that the code is good before one may use it
    asks = [
        asyncio.ensure_future(household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code)))
        for _ in range(3)
    ]

    async def waiting() -> int:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'"
        return int(await logins.value(query, logins.database))

    await eventually(waiting, 3)
    await held.rollback()
    await holder.close()
    answers = await asyncio.gather(*asks, return_exceptions=True)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert await logins.value("SELECT count(*) FROM sessions") == 1


async def test_the_two_newest_codes_work_and_an_older_one_does_not(household: Identity) -> None:
    started = await household.start(PAT)
    for number in range(2):
        await household.newest_code(number)
        await household.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in))
    await household.newest_code(2)
    first, second, _ = (sent.code for sent in household.codes)

    if first not in (household.codes[1].code, household.codes[2].code):
        with pytest.raises(CodeWrong):
            await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=first))
    assert await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=second))


async def test_a_code_is_over_after_ten_minutes(household: Identity) -> None:
    started = await household.start(PAT)
    code = await household.newest_code(0)
    assert household.codes[0].expires_at is not None
    row = (await household.logins.fetch("SELECT expires_at - made_at AS lives FROM codes"))[0]
    assert timedelta(minutes=9, seconds=55) < row["lives"] <= timedelta(minutes=10, seconds=5)
    await household.logins.fetch("UPDATE codes SET expires_at = now() - interval '1 second'")
    with pytest.raises(CodeOver):
        await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    await household.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in))
    fresh = await household.newest_code(1)
    if fresh != code:
        with pytest.raises(CodeWrong):  # beside a fresh one it is as good as any other number
            await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    assert await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=fresh))


async def test_a_code_works_only_in_the_sign_in_that_asked_for_it(household: Identity) -> None:
    mine = await household.start(PAT)
    await household.newest_code(0)
    theirs = await household.start(PAT)
    code_of_theirs = await household.newest_code(1)
    if code_of_theirs != household.codes[0].code:
        with pytest.raises(CodeWrong):
            await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=mine.sign_in, code=code_of_theirs))
    assert await household.asker.ask(FinishSignIn(agency=SLUG, sign_in=theirs.sign_in, code=code_of_theirs))


async def test_codes_asked_for_too_often_are_refused_with_rising_waits_of_a_quarter_of_an_hour_at_most(
    household: Identity,
) -> None:
    started = await household.start(PAT)
    since = time.monotonic()
    for _ in range(2):
        await household.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in))
    waits = []
    for _ in range(7):
        with pytest.raises(SlowDown) as refused:
            await household.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in))
        waits.append(whole(refused.value.facts["retry_after"], since))
        passed = f"UPDATE budgets SET at = at - interval '{waits[-1]} seconds'"
        await household.logins.fetch(f"{passed} WHERE scope = 'codes-pair'")
        since = time.monotonic()
        await household.asker.ask(SendCode(agency=SLUG, sign_in=started.sign_in))
    assert waits[:4] == [60, 120, 240, 480]
    assert all(wait <= 900 for wait in waits)


async def test_a_code_rests_nowhere_but_as_a_keyed_hash(household: Identity) -> None:
    await household.start(PAT)
    code = await household.newest_code(0)
    tables = [
        row["name"]
        for row in await household.logins.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    ]
    # any six digits may stand in the fraction of a time's second
    row = "regexp_replace(t::text, '(:\\d\\d)\\.\\d+', '\\1', 'g')"
    found = [
        table
        for table in tables
        if await household.logins.value(f"SELECT count(*) FROM {table} t WHERE {row} ~ ('\\m' || $1 || '\\M')", code)
    ]
    assert len(tables) > 8
    assert found == []
    kept = await household.ops.jsm().stream_info("CODES")
    assert kept.config.storage == "memory"


async def test_a_person_with_two_accounts_chooses_one_and_can_switch_to_the_other(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account("Diaz household", "2001"))
    await identity.publish("account", "A2", 1, account("Diaz Electric LLC", "2002"))
    await identity.publish("contact", "K1", 1, contact("A1", "morgan.diaz@example.com"))
    await identity.publish("contact", "K2", 1, contact("A2", "morgan.diaz@example.com"))

    signed_in = await identity.sign_in("morgan.diaz@example.com")
    assert (signed_in.next, [a.name for a in signed_in.accounts]) == (
        "account",
        ["Diaz Electric LLC", "Diaz household"],
    )

    before = await identity.asker.ask(ResolveSession(token=signed_in.token))
    with pytest.raises(SignInRequired):
        await identity.asker.ask(GetMe(), before.principal)
    chosen = await identity.asker.ask(ChooseAccount(account=signed_in.accounts[0].id), before.principal)
    inside = await identity.asker.ask(ResolveSession(token=chosen.token))
    assert (await identity.asker.ask(GetMe(), inside.principal)).accounts == 2

    switched = await identity.asker.ask(ChooseAccount(account=signed_in.accounts[1].id), inside.principal)
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=chosen.token))
    now = await identity.asker.ask(ResolveSession(token=switched.token))
    assert (await identity.asker.ask(GetMe(), now.principal)).account.name == "Diaz household"


async def test_nobody_can_choose_an_account_that_is_not_theirs(household: Identity) -> None:
    await household.publish("account", "A9", 1, account("Someone else", "9999"))
    signed_in = await household.sign_in(PAT)
    session = await household.asker.ask(ResolveSession(token=signed_in.token))
    other = await household.logins.value("SELECT id FROM accounts WHERE ams_id = 'A9'")
    with pytest.raises(NotFound):
        await household.asker.ask(ChooseAccount(account=other), session.principal)


async def test_signing_out_ends_the_session(household: Identity) -> None:
    signed_in = await household.sign_in(PAT)
    session = await household.asker.ask(ResolveSession(token=signed_in.token))
    await household.asker.ask(EndSession(), session.principal)
    with pytest.raises(SignInRequired):
        await household.asker.ask(ResolveSession(token=signed_in.token))


@pytest.mark.parametrize("column", ["seen_at = seen_at - interval '31 minutes'", "expires_at = now()"])
async def test_a_session_ends_by_itself_when_it_is_idle_and_after_half_a_day(household: Identity, column: str) -> None:
    signed_in = await household.sign_in(PAT)
    await household.logins.fetch(f"UPDATE sessions SET {column}")
    with pytest.raises(SignInRequired):
        await household.asker.ask(ResolveSession(token=signed_in.token))


@pytest.mark.parametrize("token", ["", "x", "é" * 10, "AAAA" * 16, "A" * 200])
async def test_what_is_no_session_is_answered_as_none(household: Identity, token: str) -> None:
    with pytest.raises(SignInRequired):
        await household.asker.ask(ResolveSession(token=token))
