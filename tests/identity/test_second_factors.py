"""Second factors of staff: nothing is open before one is proven, codes count once, and tries are few."""

import time
from dataclasses import replace

import pyotp
import pytest
import pytest_asyncio

from contracts.identity.passkeys import PasskeyRefused
from contracts.identity.second_factors import (
    BeginStaffPasskey,
    EntryOver,
    FinishStaffPasskey,
    GetStaffEntry,
    ProveAuthenticator,
    SetUpAuthenticator,
    StaffEntry,
)
from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import CodeWrong, SlowDown
from contracts.kinds import SignInRequired
from contracts.principal import Role
from services.identity.staff import authenticators

from .conftest import SLUG, Identity
from .crew import Crew, another


@pytest_asyncio.fixture
async def crew(identity: Identity) -> Crew:
    return Crew(identity)


async def prove(crew: Crew, entry: StaffEntry, code: str) -> str:
    """The session's token."""
    wanted = ProveAuthenticator(agency=SLUG, entry=entry.entry, code=code)
    return (await crew.identity.asker.ask(wanted)).token


def wrong(codes: pyotp.TOTP) -> str:
    now = int(time.time())
    near = {codes.at(now + drift) for drift in (-60, -30, 0, 30, 60)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


async def test_a_way_in_opens_nothing_before_the_second_factor(crew: Crew) -> None:
    member = await crew.add("Ana", Role.AGENT)
    entry = await crew.begin(member.id)
    with pytest.raises(SignInRequired):
        await crew.identity.asker.ask(ResolveSession(token=entry.entry))
    assert not await crew.identity.logins.value("SELECT count(*) FROM sessions")


async def test_an_authenticator_is_kept_with_its_first_code_and_asked_ever_after(crew: Crew) -> None:
    ana = await crew.hire("Ana", Role.AGENT)
    assert (await ana.session()).role is Role.AGENT
    entry = await crew.begin(ana.member.id, ())
    assert (entry.has, entry.makes) == (("authenticator",), ())
    with pytest.raises(EntryOver):  # another one cannot be made in its place
        await crew.identity.asker.ask(SetUpAuthenticator(agency=SLUG, entry=entry.entry))
    code = another(ana.authenticator)
    token = await prove(crew, entry, f" {code[:3]} {code[3:]} ")
    assert (await crew.identity.asker.ask(ResolveSession(token=token))).role is Role.AGENT
    with pytest.raises(EntryOver):  # the way in has ended with it
        await prove(crew, entry, another(ana.authenticator))


async def test_the_key_of_an_authenticator_rests_sealed(crew: Crew) -> None:
    member = await crew.add("Ana")
    entry = await crew.begin(member.id)
    asked = SetUpAuthenticator(agency=SLUG, entry=entry.entry)
    key = await crew.identity.asker.ask(asked)
    assert await crew.identity.asker.ask(asked) == key, "a page that is opened again shows the same key"
    assert key.address.startswith("otpauth://totp/")
    await prove(crew, entry, pyotp.TOTP(key.key).now())
    for table, column in (("staff_entries", "authenticator"), ("authenticators", "sealed")):
        sealed = await crew.identity.logins.value(f"SELECT {column} FROM {table}")
        assert key.key.encode() not in sealed


async def test_a_code_counts_once(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    code = another(ana.authenticator)
    await prove(crew, await crew.begin(ana.member.id, ()), code)
    with pytest.raises(CodeWrong):  # read over a shoulder, typed a second later
        await prove(crew, await crew.begin(ana.member.id, ()), code)


async def test_five_wrong_codes_end_a_way_in_and_ten_slow_the_member_down(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    bad = wrong(ana.authenticator)
    entry = await crew.begin(ana.member.id, ())
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            await prove(crew, entry, bad)
        assert refused.value.facts == {"attempts_left": left}
    with pytest.raises(EntryOver):
        await prove(crew, entry, bad)
    with pytest.raises(EntryOver):  # and the right one comes too late
        await prove(crew, entry, another(ana.authenticator))
    entry = await crew.begin(ana.member.id, ())
    for _ in range(authenticators.MOST - 5):
        with pytest.raises((CodeWrong, EntryOver)):
            await prove(crew, entry, bad)
    with pytest.raises(SlowDown):
        await prove(crew, await crew.begin(ana.member.id, ()), another(ana.authenticator))
    await crew.identity.logins.fetch("UPDATE authenticators SET tries_from = now() - interval '16 minutes'")
    assert await prove(crew, await crew.begin(ana.member.id, ()), another(ana.authenticator))


async def test_wrong_codes_of_a_day_are_few_and_a_right_one_ends_the_count(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authenticators, "A_DAY", replace(authenticators.A_DAY, base=3))
    ana = await crew.hire("Ana")
    bad = wrong(ana.authenticator)
    for _ in range(2):
        with pytest.raises(CodeWrong):
            await prove(crew, await crew.begin(ana.member.id, ()), bad)
    assert await prove(crew, await crew.begin(ana.member.id, ()), another(ana.authenticator))
    for _ in range(3):
        with pytest.raises(CodeWrong):
            await prove(crew, await crew.begin(ana.member.id, ()), bad)
    await crew.identity.logins.fetch("UPDATE authenticators SET tries = 0")  # the quarter of an hour is over
    with pytest.raises(SlowDown):
        await prove(crew, await crew.begin(ana.member.id, ()), bad)


async def test_what_a_provider_said_is_linked_only_once_the_second_factor_is_proven(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    links = "SELECT count(*) FROM staff_links"
    entry = await crew.begin(ana.member.id, (), issuer="https://accounts.example.com", subject="7")
    with pytest.raises(CodeWrong):
        await prove(crew, entry, wrong(ana.authenticator))
    assert not await crew.identity.logins.value(links)
    await prove(crew, entry, another(ana.authenticator))
    assert await crew.identity.logins.value(links) == 1


async def test_a_way_in_ends_with_its_time(crew: Crew) -> None:
    member = await crew.add("Ana")
    entry = await crew.begin(member.id)
    await crew.identity.logins.fetch("UPDATE staff_entries SET expires_at = now()")
    with pytest.raises(EntryOver):
        await crew.identity.asker.ask(GetStaffEntry(agency=SLUG, entry=entry.entry))


async def test_a_made_up_passkey_opens_nothing(crew: Crew) -> None:
    member = await crew.add("Ana")
    entry = await crew.begin(member.id)
    begun = await crew.identity.asker.ask(BeginStaffPasskey(agency=SLUG, entry=entry.entry))
    assert begun.options["authenticatorSelection"]["userVerification"] == "required"
    for credential in ("", "{}", '{"response": {"clientDataJSON": "e30"}}'):
        with pytest.raises(PasskeyRefused):
            await crew.identity.asker.ask(FinishStaffPasskey(agency=SLUG, entry=entry.entry, credential=credential))
    assert not await crew.identity.logins.value("SELECT count(*) FROM sessions")
