"""Passkeys and the agency: off, required, lost, excused; and ended with the access of who has them."""

import pytest

from contracts.identity.contacts import GetMe
from contracts.identity.passkeys import (
    BeginPasskey,
    BeginPasskeySignIn,
    EndPasskeys,
    ExcuseFromPasskey,
    FinishPasskeySignIn,
    ListPasskeys,
    PasskeyNeeded,
    PasskeyRefused,
    RemovePasskey,
)
from contracts.identity.sessions import ChooseAccount, EndSession, ListAccounts
from contracts.kinds import NotAllowed, NotFound, PasskeyRequired, SignInRequired
from contracts.principal import Limit, Role

from .authenticator import Authenticator
from .conftest import SLUG, Identity, account, contact
from .keyring import add, enter
from .visitors import as_session, as_staff, contact_of, deeds, session_of, set_methods

PAT, SAM = "pat.rivera@example.com", "sam.lee@example.com"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    return identity


async def test_a_changed_address_and_a_deleted_contact_end_them(household: Identity) -> None:
    changes = (contact("A1", "new@example.com"), None)
    for sequence, (email, change) in enumerate(zip((PAT, "new@example.com"), changes, strict=True), 2):
        device, signed_in = Authenticator(), await household.sign_in(email)
        await add(household, signed_in.token, device)
        await household.publish("contact", "K1", sequence, change)
        with pytest.raises(PasskeyRefused):
            await enter(household, device)
        assert await household.logins.value("SELECT count(*) FROM passkeys") == 0


async def test_who_lost_access_does_not_come_in_even_with_a_key_that_stayed(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    await household.logins.fetch("UPDATE contacts SET email = ''")
    with pytest.raises(PasskeyRefused):
        await enter(household, device)


async def test_where_they_are_off_nobody_comes_in_with_one(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    begun = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    await add(household, signed_in.token, device)
    await set_methods(household, passkeys="off")
    with pytest.raises(NotFound):
        await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    with pytest.raises(NotFound):
        await household.asker.ask(
            FinishPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=device.prove(begun.options))
        )
    with pytest.raises(NotFound):
        await as_session(household, signed_in.token, BeginPasskey())


async def test_where_one_is_required_a_session_without_may_only_make_one(household: Identity) -> None:
    await set_methods(household, passkeys="required")
    signed_in = await household.sign_in(PAT)
    assert (await session_of(household, signed_in.token)).limit is Limit.PASSKEY
    for request in (GetMe(), ListPasskeys(), EndPasskeys(contact=household.agency.id)):
        with pytest.raises((PasskeyRequired, SignInRequired)):
            await as_session(household, signed_in.token, request)
    assert (await as_session(household, signed_in.token, ListAccounts())).items
    device = Authenticator()
    made = await add(household, signed_in.token, device)
    assert made.signed_in is not None and made.signed_in.token != signed_in.token
    with pytest.raises(SignInRequired):
        await session_of(household, signed_in.token)  # risen to a new one
    assert (await as_session(household, made.signed_in.token, GetMe())).contact.email == PAT
    await as_session(household, (await enter(household, device)).token, GetMe())
    await as_session(household, made.signed_in.token, EndSession())


async def test_where_one_is_required_a_code_neither_adds_to_those_that_are_there_nor_removes_them(
    household: Identity,
) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    made = await add(household, signed_in.token, device)
    await set_methods(household, passkeys="required")
    thief = await household.sign_in(PAT)
    with pytest.raises(PasskeyNeeded):
        await as_session(household, thief.token, BeginPasskey())
    with pytest.raises(PasskeyRequired):
        await as_session(household, thief.token, RemovePasskey(passkey=made.passkey.id))
    own = await enter(household, device)
    await add(household, own.token, Authenticator())


async def test_the_agency_helps_who_has_lost_one_and_excuses_who_cannot_have_one(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    await set_methods(household, passkeys="required")
    pat = await contact_of(household, "K1")
    with pytest.raises(NotAllowed):
        await as_staff(household, EndPasskeys(contact=pat))
    assert (await as_staff(household, EndPasskeys(contact=pat), Role.AGENT)).passkeys == 0
    with pytest.raises(SignInRequired):
        await session_of(household, signed_in.token)
    limited = await household.sign_in(PAT)
    await as_session(household, limited.token, BeginPasskey())
    with pytest.raises(NotAllowed):
        await as_staff(household, ExcuseFromPasskey(contact=pat, excused=True))
    assert (await as_staff(household, ExcuseFromPasskey(contact=pat, excused=True), Role.ADMIN)).excused
    await as_session(household, limited.token, GetMe())
    await as_staff(household, ExcuseFromPasskey(contact=pat, excused=False), Role.ADMIN)
    with pytest.raises(PasskeyRequired):
        await as_session(household, limited.token, GetMe())
    with pytest.raises(NotFound):
        await as_staff(household, EndPasskeys(contact=household.agency.id), Role.ADMIN)
    assert [what for what in await deeds(household) if "passkey" in what][-3:] == [
        "passkeys-ended",
        "passkey-excused",
        "passkey-excused",
    ]


async def test_whoever_has_a_lost_passkey_is_out_also_of_the_other_accounts(household: Identity) -> None:
    await household.publish("account", "A2", 1, account("Rivera Bakery", "1002"))
    await household.publish("contact", "K2", 1, contact("A2", PAT))
    first, pat = await household.sign_in(PAT), await contact_of(household, "K1")
    home = next(one for one in first.accounts if one.contact == pat)
    chosen = await as_session(household, first.token, ChooseAccount(account=home.id))
    device = Authenticator()
    await add(household, chosen.token, device)
    came = await enter(household, device)
    (bakery,) = [one for one in came.accounts if one.id != home.id]
    switched = await as_session(household, came.token, ChooseAccount(account=bakery.id))
    await as_staff(household, EndPasskeys(contact=pat), Role.ADMIN)
    for session in (chosen, switched):
        with pytest.raises(SignInRequired):
            await session_of(household, session.token)
