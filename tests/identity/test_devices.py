"""Remembered devices: thirty days of ID cards and nothing else; a copied secret ends them."""

import asyncio

import pytest

from contracts.documents.id_cards import IssueIdCard, ListIdCards
from contracts.documents.mailings import EmailDocument
from contracts.documents.vault import GetHomeDocuments, ReadContent
from contracts.identity.contacts import GetMe
from contracts.identity.devices import (
    DeviceRemembered,
    DeviceSession,
    ForgetDevice,
    ListDevices,
    RememberDevice,
    ResolveDevice,
)
from contracts.identity.passwords import ChangePassword
from contracts.identity.sessions import Browser, ChooseAccount, EndOtherSessions, EndSession, ListAccounts
from contracts.kinds import Caller, NotFound, Request, SignInRequired
from contracts.policy.vehicles import ListInsuredVehicles
from contracts.principal import Limit
from contracts.streams import messages
from kit.ids import new_id
from kit.principal import PrincipalVerifier, public_set
from services.identity.signed_in.devices import MOST
from tests import stack

from .conftest import SLUG, Identity, account, contact
from .visitors import as_session, set_methods

PAT = "pat.rivera@example.com"
PHONE = Browser(address="203.0.113.7", agent="Mozilla/5.0 (iPhone) Version/26.0 Safari/605.1.15")
CARDS = {ListIdCards, IssueIdCard, ReadContent, ListInsuredVehicles, ForgetDevice}


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    return identity


async def remember(identity: Identity, replaces: str = "") -> tuple[str, DeviceRemembered]:
    """A session's token, and what the browser keeps."""
    token = (await identity.sign_in(PAT)).token
    return token, await as_session(identity, token, RememberDevice(replaces=replaces, browser=PHONE))


async def resolve(identity: Identity, token: str) -> DeviceSession:
    return await identity.asker.ask(ResolveDevice(token=token, browser=PHONE))


async def let_an_hour_pass(identity: Identity) -> None:
    await identity.logins.fetch("UPDATE devices SET turned_at = turned_at - interval '61 minutes'")


async def test_it_asks_in_the_contacts_name_and_for_id_cards_only(household: Identity) -> None:
    _, kept = await remember(household)
    found = await resolve(household, kept.token)
    principal = PrincipalVerifier(public_set(stack.SIGNING_KEY)).verify(found.session.principal)
    assert principal.limit is Limit.ID_CARDS and principal.amr == ("device",)
    assert principal.account is not None and found.session.limit is Limit.ID_CARDS
    for request in (GetMe(), ListAccounts(), ListDevices(), EndSession(), RememberDevice()):
        with pytest.raises(SignInRequired):
            await household.asker.ask(request, found.session.principal)
    assert kept.token not in str(await household.logins.fetch("SELECT * FROM devices"))


def test_what_a_remembered_device_may_ask_is_this_list_and_no_more() -> None:
    asked = [one for one in messages() if issubclass(one, Request)]
    assert {one for one in asked if Limit.ID_CARDS in one.limits} == CARDS
    assert {GetHomeDocuments, EmailDocument, ChangePassword}.isdisjoint(CARDS)
    for one in asked:
        assert set(one.limits) <= set(Limit), one.subject
        assert not one.limits or one.caller in (Caller.INSURED, Caller.SIGNED_IN, Caller.SESSION), one.subject


async def test_its_secret_is_turned_over_and_an_old_one_ends_it(household: Identity) -> None:
    _, kept = await remember(household)
    assert (await resolve(household, kept.token)).token == ""
    await let_an_hour_pass(household)
    turned = await resolve(household, kept.token)
    assert turned.token not in ("", kept.token)
    again = await resolve(household, kept.token)  # the answer was lost on its way: the old one still counts
    assert again.token not in ("", turned.token)
    with pytest.raises(SignInRequired):
        await resolve(household, turned.token)
    assert (await resolve(household, again.token)).token == ""
    await resolve(household, kept.token)  # a request that was under way
    await household.logins.fetch("UPDATE devices SET turned_at = turned_at - interval '3 minutes'")
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    with pytest.raises(SignInRequired):
        await resolve(household, again.token)  # two had it: nobody keeps it


async def test_two_browsers_tabs_at_once_keep_it(household: Identity) -> None:
    _, kept = await remember(household)
    await let_an_hour_pass(household)
    await asyncio.gather(*(resolve(household, kept.token) for _ in range(6)))
    newest = await resolve(household, kept.token)
    await resolve(household, newest.token)


async def test_it_ends_after_thirty_days_with_access_and_with_the_agencys_setting(household: Identity) -> None:
    _, kept = await remember(household)
    await set_methods(household, remembered_devices=False)
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    with pytest.raises(NotFound):
        await remember(household)
    await set_methods(household)
    await resolve(household, kept.token)
    await household.publish("contact", "K1", 2, contact("A1", "new@example.com"))
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    await household.publish("contact", "K1", 3, contact("A1", PAT))
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    _, late = await remember(household)
    assert 29.9 < (late.expires_at - (await _now(household))).total_seconds() / 86_400 <= 30
    await household.logins.fetch("UPDATE devices SET expires_at = now()")
    with pytest.raises(SignInRequired):
        await resolve(household, late.token)


async def _now(identity: Identity):  # type: ignore[no-untyped-def]
    return await identity.logins.value("SELECT now()")


async def test_it_is_listed_and_forgotten_by_the_person_and_by_itself(household: Identity) -> None:
    await household.publish("account", "A2", 1, account("Lee household", "1002"))
    await household.publish("contact", "K2", 1, contact("A2", "sam@example.com"))
    token, kept = await remember(household)
    _, other = await remember(household)
    listed = (await as_session(household, token, ListDevices())).items
    assert len(listed) == 2
    assert (listed[0].browser, listed[0].system, listed[0].account_name) == ("Safari", "iPhone", "Rivera household")
    sam = await household.sign_in("sam@example.com")
    with pytest.raises(NotFound):
        await as_session(household, sam.token, ForgetDevice(device=listed[0].id))
    mine = await resolve(household, kept.token)
    with pytest.raises(NotFound):
        await household.asker.ask(
            ForgetDevice(device=(await resolve(household, other.token)).session.sid), mine.session.principal
        )
    await household.asker.ask(ForgetDevice(device=mine.session.sid), mine.session.principal)
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    (left,) = (await as_session(household, token, ListDevices())).items
    await as_session(household, token, ForgetDevice(device=left.id))
    with pytest.raises(SignInRequired):
        await resolve(household, other.token)


async def test_a_browser_is_remembered_once_and_there_is_an_end_to_their_number(household: Identity) -> None:
    _, kept = await remember(household)
    token, again = await remember(household, kept.token)
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    for _ in range(MOST):
        await as_session(household, token, RememberDevice(browser=PHONE))
    assert len((await as_session(household, token, ListDevices())).items) == MOST
    with pytest.raises(SignInRequired):
        await resolve(household, again.token)


async def test_a_made_up_secret_and_a_sessions_are_none(household: Identity) -> None:
    token, kept = await remember(household)
    for made_up in (token, "", "x", kept.token[:-4] + "AAAA"):
        with pytest.raises(SignInRequired):
            await resolve(household, made_up)
    with pytest.raises(SignInRequired):
        await as_session(household, kept.token, ChooseAccount(account=new_id()))
    assert SLUG


async def test_signing_out_all_other_devices_forgets_them_too(household: Identity) -> None:
    token, kept = await remember(household)
    await as_session(household, token, EndOtherSessions())
    with pytest.raises(SignInRequired):
        await resolve(household, kept.token)
    assert (await as_session(household, token, ListDevices())).items == []
