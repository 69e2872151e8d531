"""Assigned credentials: staff never know a password in use, strangers learn and lock nothing, the world's first guesses
are refused."""

import asyncio
import json
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

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
)
from contracts.identity.sessions import SignedIn
from contracts.identity.sign_in import CodeOver, CodeWrong, SlowDown
from contracts.kinds import SignInRequired
from contracts.notify import MailSignInChange, SendPasswordLink

from .conftest import SLUG, Identity, account, contact
from .insured import BETTER, GOOD, NAME, PAT, Pat
from .visitors import as_session, as_staff, contact_of, deeds, grow_old, jobs, session_of


@pytest.fixture
async def pat(identity: Identity) -> Pat:
    """Pat with an assigned user name."""
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    person = Pat(identity)
    await identity.ops.subscribe(SendPasswordLink.subject, cb=person.note)
    await as_staff(identity, AssignUserName(contact=await contact_of(identity, "K1"), user_name=NAME))
    return person


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


async def test_wrong_names_and_wrong_passwords_are_told_alike_and_cost_the_same_work(
    pat: Pat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pat.with_password()
    worked: list[str | bytes] = []
    verify = PasswordHasher.verify

    def noted(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        worked.append(kept)
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    loop = asyncio.get_running_loop()
    for name, password in ((NAME, BETTER), ("nobody", GOOD), ("", ""), ("x" * 254, "y" * 400)):
        started = loop.time()
        with pytest.raises(PasswordWrong) as refused:
            await pat.enter(password, name)
        assert refused.value.facts == {}
        assert loop.time() - started >= 0.39  # all of them as long as the slowest
    assert len(worked) == 4 and worked[0] != worked[1] and len(set(worked[1:])) == 1


async def test_a_reset_tells_nobody_whether_a_name_is_known(pat: Pat) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    known, unknown = await pat.reset(), await pat.reset("nobody")
    assert loop.time() - started >= 0.79  # both as long as the slower one
    assert len(known) == len(unknown)
    code = await pat.identity.newest_code(0)
    for sign_in, guess in ((unknown, code), (known, f"{(int(code) + 1) % 10**6:06}")):
        with pytest.raises(CodeWrong) as refused:
            await pat.set_by_code(sign_in, guess)
        assert refused.value.facts == {"attempts_left": 4}
    assert len(pat.identity.codes) == 1
    await pat.set_by_code(known, code)
    assert (await pat.enter()).next == "home"


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
        await pat.set_by_code(sign_in, pat.identity.codes[-1].code)
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
