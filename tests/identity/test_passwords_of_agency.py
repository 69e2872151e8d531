"""Assigned credentials and the agency: who assigns them, what ends them, and strangers who lock nobody out."""

import pytest

from contracts.identity.passwords import (
    AssignUserName,
    GetUserName,
    MailPasswordLink,
    NoAccess,
    PasswordLinkOver,
    PasswordWrong,
    RemoveUserName,
    TriesSpent,
    UserNameTaken,
)
from contracts.identity.sessions import Browser
from contracts.kinds import BadRequest, NotAllowed, NotFound, SignInRequired

from .conftest import Identity, contact
from .insured import AWAY, GOOD, NAME, PAT, Pat
from .visitors import as_session, as_staff, contact_of, session_of, set_methods


@pytest.fixture
async def pat(identity: Identity) -> Pat:
    return await Pat.with_user_name(identity)


async def test_strangers_are_held_up_and_the_person_is_not(pat: Pat) -> None:
    await pat.with_password()
    await pat.enter()  # from home, which is familiar from now on
    for number in range(20):
        with pytest.raises(PasswordWrong):
            await pat.enter("guess after guess after guess", browser=Browser(address=f"198.51.100.{number}"))
    with pytest.raises(TriesSpent) as refused:
        await pat.enter(GOOD, browser=AWAY)
    assert 0 < refused.value.facts["retry_after"] <= 900
    assert (await pat.enter()).next == "home"
    for _ in range(6):
        with pytest.raises(PasswordWrong):
            await pat.enter("a slip of the finger!")
    with pytest.raises(TriesSpent):
        await pat.enter()
    assert await pat.identity.sign_in(PAT)  # a code is another way, open all the time


async def test_a_changed_address_takes_the_password_and_a_deletion_frees_the_name(pat: Pat) -> None:
    await pat.with_password()
    key = await pat.link()
    await pat.identity.publish("contact", "K1", 2, contact("A1", "new@example.com"))
    with pytest.raises(PasswordWrong):
        await pat.enter()
    with pytest.raises(PasswordLinkOver):
        await pat.set_by(key)
    who = await contact_of(pat.identity, "K1")
    assert (await as_staff(pat.identity, GetUserName(contact=who))).password == "none"
    await pat.identity.publish("contact", "K2", 1, contact("A1", "sam@example.com", role="second"))
    other = AssignUserName(contact=await contact_of(pat.identity, "K2"), user_name=NAME.upper())
    with pytest.raises(UserNameTaken):
        await as_staff(pat.identity, other)
    await pat.identity.publish("contact", "K1", 3, None)
    assert (await as_staff(pat.identity, other)).user_name == NAME.upper()
    with pytest.raises(NoAccess):
        await as_staff(pat.identity, MailPasswordLink(contact=other.contact))
    with pytest.raises(NotFound):
        await as_staff(pat.identity, GetUserName(contact=who))


async def test_taking_the_name_away_ends_what_it_opened(pat: Pat) -> None:
    signed_in = await pat.with_password()
    await as_staff(pat.identity, RemoveUserName(contact=await contact_of(pat.identity, "K1")))
    with pytest.raises(SignInRequired):
        await session_of(pat.identity, signed_in.token)
    with pytest.raises(PasswordWrong):
        await pat.enter()


async def test_where_passwords_are_off_nothing_of_it_works(pat: Pat) -> None:
    await pat.with_password()
    key = await pat.link()
    await set_methods(pat.identity, passwords=False)
    for doing in (pat.enter(), pat.reset(), pat.link()):
        with pytest.raises(NotFound):
            await doing
    with pytest.raises(PasswordLinkOver):
        await pat.set_by(key)


async def test_only_staff_assign_and_only_well_formed_names(pat: Pat) -> None:
    who = await contact_of(pat.identity, "K1")
    signed_in = await pat.identity.sign_in(PAT)
    with pytest.raises(SignInRequired):
        await as_session(pat.identity, signed_in.token, AssignUserName(contact=who, user_name="another"))
    for name in ("ab", "with space", "<script>", "a" * 65, "-dash"):
        wanted = AssignUserName.model_construct(contact=who, user_name=name, browser=Browser())
        with pytest.raises(BadRequest):
            await as_staff(pat.identity, wanted)
    with pytest.raises(NotFound):
        await as_staff(pat.identity, AssignUserName(contact=pat.identity.agency.id, user_name="another"))
    assert NotAllowed.status == 403
