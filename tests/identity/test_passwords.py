"""Assigned credentials: staff never know a password in use, strangers learn and lock nothing, the world's first guesses
are refused."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from contracts.identity.contacts import GetMe
from contracts.identity.passkeys import SignInAgain
from contracts.identity.passwords import (
    AssignUserName,
    ChangePassword,
    GetOwnUserName,
    GetPasswordLink,
    GetUserName,
    MakeFirstPassword,
    PasswordLinkOver,
    PasswordWeak,
    PasswordWrong,
    RemoveUserName,
    TriesSpent,
)
from contracts.identity.sessions import Browser, SignedIn
from contracts.identity.sign_in import CodeOver, CodeWrong, SlowDown
from contracts.kinds import SignInRequired
from contracts.notify import MailSignInChange
from services.identity.credentials.hashing import Hashing
from services.identity.limits.pace import Outcome, Pace

from .conftest import SLUG, Identity, contact
from .insured import BETTER, GOOD, NAME, PAT, Pat
from .visitors import as_session, as_staff, contact_of, deeds, grow_old, jobs, session_of


@pytest.fixture
async def pat(identity: Identity) -> Pat:
    return await Pat.with_user_name(identity)


async def test_a_link_sets_the_password_and_the_password_alone_lets_in(pat: Pat) -> None:
    key = await pat.link()
    mailed = pat.links[-1]
    assert (mailed.to, mailed.user_name) == (PAT, NAME)
    assert (await pat.identity.asker.ask(GetPasswordLink(agency=SLUG, key=key))).user_name == NAME
    await pat.identity.asker.ask(GetPasswordLink(agency=SLUG, key=key))  # looking uses nothing up
    signed_in = await pat.set_by(key)
    assert (await as_session(pat.identity, signed_in.token, GetMe())).contact.email == PAT
    with pytest.raises(PasswordLinkOver):
        await pat.set_by(key, BETTER)
    entered = await pat.enter(name=NAME.lower())
    assert entered.next == "home" and entered.token
    assert (await pat.identity.logins.fetch("SELECT amr FROM sessions ORDER BY made_at"))[-1]["amr"] == ["pwd"]
    (mail,) = await jobs(pat.identity, MailSignInChange.subject)
    assert json.loads(mail)["change"] == "password-set"
    assert (await as_session(pat.identity, entered.token, GetOwnUserName())).set_at is not None


async def test_a_link_used_twice_at_the_same_time_sets_one_password(pat: Pat) -> None:
    key = await pat.link()
    answers = await asyncio.gather(pat.set_by(key, GOOD), pat.set_by(key, BETTER), return_exceptions=True)
    assert sum(isinstance(answer, PasswordLinkOver) for answer in answers) == 1
    (opened,) = [
        password for password, answer in zip((GOOD, BETTER), answers, strict=True) if isinstance(answer, SignedIn)
    ]
    assert (await pat.enter(opened)).next == "home"


async def test_nothing_that_rests_tells_a_key_or_a_password(pat: Pat) -> None:
    key = await pat.link()
    await pat.set_by(key)
    kept = str(
        [
            dict(row)
            for table in ("credentials", "password_links", "outbox", "activities")
            for row in await pat.identity.logins.fetch(f"SELECT * FROM {table}")
        ]
    )
    assert key not in kept and GOOD not in kept and "$argon2id$v=19$m=19456,t=2,p=1$" in kept


async def test_a_newer_link_ends_the_older_and_time_ends_both(pat: Pat) -> None:
    old, new = await pat.link(), await pat.link()
    with pytest.raises(PasswordLinkOver):
        await pat.set_by(old)
    row = (await pat.identity.logins.fetch("SELECT expires_at - made_at AS life FROM password_links"))[0]
    assert abs(row["life"] - timedelta(hours=72)) < timedelta(minutes=1)
    await pat.identity.logins.fetch("UPDATE password_links SET expires_at = now()")
    with pytest.raises(PasswordLinkOver):
        await pat.identity.asker.ask(GetPasswordLink(agency=SLUG, key=new))
    with pytest.raises(PasswordLinkOver):
        await pat.set_by(new)
    for _ in range(1):
        await pat.link()
    with pytest.raises(SlowDown):
        await pat.link()


async def test_a_printed_password_works_once_with_a_code_and_has_to_be_replaced(pat: Pat) -> None:
    who = await contact_of(pat.identity, "K1")
    printed = await as_staff(pat.identity, MakeFirstPassword(contact=who))
    assert (await as_staff(pat.identity, GetUserName(contact=who))).password == "first"
    begun = await pat.enter(printed.password.upper().replace("-", " "))
    assert begun.next == "code" and not begun.token and begun.sent_to.startswith("p")
    code = await pat.identity.newest_code(0)
    with pytest.raises(PasswordWeak):
        await pat.set_by_code(begun.sign_in, code, printed.password)
    signed_in = await pat.set_by_code(begun.sign_in, code)
    assert (await as_session(pat.identity, signed_in.token, GetMe())).contact.email == PAT
    with pytest.raises(PasswordWrong):
        await pat.enter(printed.password)
    assert (await pat.enter()).next == "home"
    state = await as_staff(pat.identity, GetUserName(contact=who))
    assert (state.password, state.user_name) == ("own", NAME)


async def test_a_printed_password_is_over_after_72_hours_and_never_without_its_code(pat: Pat) -> None:
    printed = await as_staff(pat.identity, MakeFirstPassword(contact=await contact_of(pat.identity, "K1")))
    begun = await pat.enter(printed.password)
    code = await pat.identity.newest_code(0)
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            await pat.set_by_code(begun.sign_in, f"{(int(code) + left) % 10**6:06}")
        assert refused.value.facts["attempts_left"] == left
    with pytest.raises(CodeOver):
        await pat.set_by_code(begun.sign_in, f"{(int(code) + 9) % 10**6:06}")
    with pytest.raises(CodeOver):
        await pat.set_by_code(begun.sign_in, code)
    assert await pat.identity.logins.value("SELECT until - set_at BETWEEN '71:59' AND '72:01' FROM credentials")
    await pat.identity.logins.fetch("UPDATE credentials SET until = now()")
    with pytest.raises(PasswordWrong):
        await pat.enter(printed.password)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords are compared with from here on."""
    found: list[str] = []
    verify = PasswordHasher.verify

    def noted(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        found.append(str(kept))
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    return found


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Outcome[Any]]:
    """What is said in its time from here on."""
    found: list[Outcome[Any]] = []
    say = Pace.say

    async def noted(self: Pace, outcome: Outcome[Any], browser: Browser) -> Any:
        found.append(outcome)
        return await say(self, outcome, browser)

    monkeypatch.setattr(Pace, "say", noted)
    return found


async def test_wrong_names_and_wrong_passwords_are_told_alike_and_cost_the_same_work(
    pat: Pat, verified: list[str], said: list[Outcome[Any]]
) -> None:
    await pat.with_password()
    await pat.identity.publish("contact", "K2", 1, contact("A1", "sam@example.com", role="second", access=True))
    await as_staff(pat.identity, AssignUserName(contact=await contact_of(pat.identity, "K2"), user_name="without"))
    verified.clear()
    tries = ((NAME, BETTER), ("without", GOOD), ("nobody", GOOD), ("", ""), ("x" * 254, "y" * 400))
    for name, password in tries:
        with pytest.raises(PasswordWrong) as refused:
            await pat.enter(password, name)
        assert refused.value.facts == {}
    own, *nobodys = verified
    assert len(nobodys) == 4 and len(set(nobodys)) == 1 and own != nobodys[0]
    assert extract_parameters(own) == extract_parameters(nobodys[0])  # one comparison each, of the same cost
    assert [outcome.level for outcome in said] == [True] * 5  # and all of them answered as late as the slowest


async def test_a_reset_tells_nobody_whether_a_name_is_known(pat: Pat, said: list[Outcome[Any]]) -> None:
    known, unknown = await pat.reset(), await pat.reset("nobody")
    assert [outcome.level for outcome in said] == [True, True]  # both as late as the slower one
    assert len(known) == len(unknown)
    code = await pat.identity.newest_code(0)
    for sign_in, guess in ((unknown, code), (known, f"{(int(code) + 1) % 10**6:06}")):
        with pytest.raises(CodeWrong) as refused:
            await pat.set_by_code(sign_in, guess)
        assert refused.value.facts == {"attempts_left": 4}
    assert len(pat.identity.codes) == 1
    await pat.set_by_code(known, code)
    assert (await pat.enter()).next == "home"


async def test_setting_a_password_by_a_wrong_code_costs_the_same_whatever_the_name_has(
    pat: Pat, verified: list[str]
) -> None:
    cost = []
    for step in ("none", "first", "own"):
        if step == "first":
            await as_staff(pat.identity, MakeFirstPassword(contact=await contact_of(pat.identity, "K1")))
        if step == "own":
            await pat.with_password()
        for name in (NAME, "nobody"):
            await pat.identity.logins.fetch("DELETE FROM budgets")
            sign_in = await pat.reset(name)
            verified.clear()
            with pytest.raises(CodeWrong):
                await pat.set_by_code(sign_in, "1234567", BETTER)
            cost.append([extract_parameters(kept) for kept in verified])
    assert len(cost) == 6 and all(one == cost[0] and len(one) == 1 for one in cost)


async def test_a_printed_password_fills_nobodys_mailbox(pat: Pat) -> None:
    printed = await as_staff(pat.identity, MakeFirstPassword(contact=await contact_of(pat.identity, "K1")))
    for _ in range(3):
        assert (await pat.enter(printed.password)).next == "code"
    with pytest.raises(TriesSpent):
        await pat.enter(printed.password)
    await pat.identity.newest_code(2)
    assert len(pat.identity.codes) == 3


async def test_a_reset_whose_name_was_taken_away_meanwhile_opens_nothing(
    pat: Pat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pat.with_password()
    sign_in = await pat.reset()
    code = await pat.identity.newest_code(0)
    hash_ = Hashing.hash

    async def taken_away(self: Hashing, password: str) -> str:
        await as_staff(pat.identity, RemoveUserName(contact=await contact_of(pat.identity, "K1")))
        return await hash_(self, password)

    monkeypatch.setattr(Hashing, "hash", taken_away)
    with pytest.raises(CodeOver):
        await pat.set_by_code(sign_in, code, BETTER)
    assert await pat.identity.logins.value("SELECT count(*) FROM sessions WHERE ended_at IS NULL") == 0


async def test_a_new_password_ends_everything_else_that_is_open(pat: Pat) -> None:
    first = await pat.with_password()
    by_code = await pat.identity.sign_in(PAT)
    key = await pat.link()
    sign_in = await pat.reset()
    await as_session(pat.identity, first.token, ChangePassword(current=GOOD, password=BETTER))
    await session_of(pat.identity, first.token)  # the one that changed it stays
    with pytest.raises(SignInRequired):
        await session_of(pat.identity, by_code.token)
    with pytest.raises(PasswordLinkOver):
        await pat.set_by(key)
    with pytest.raises(CodeOver):
        await pat.set_by_code(sign_in, await pat.identity.newest_code(1))
    with pytest.raises(PasswordWrong):
        await pat.enter()
    assert (await pat.enter(BETTER)).next == "home"
    assert (await deeds(pat.identity)).count("password-set") == 2


async def test_changing_it_needs_a_fresh_sign_in_and_the_current_one(pat: Pat) -> None:
    signed_in = await pat.with_password()
    with pytest.raises(PasswordWrong):
        await as_session(pat.identity, signed_in.token, ChangePassword(current=BETTER, password=BETTER))
    with pytest.raises(PasswordWeak):
        await as_session(pat.identity, signed_in.token, ChangePassword(current=GOOD, password="pat rivera pat rivera"))
    await grow_old(pat.identity)
    with pytest.raises(SignInAgain):
        await as_session(pat.identity, signed_in.token, ChangePassword(current=GOOD, password=BETTER))
