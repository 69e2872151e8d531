"""Several people, accounts and strangers behind one e-mail address."""

import time
from uuid import UUID

import pytest

from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ChooseAccount, ListAccounts, ResolveSession, Session, SignedIn
from contracts.identity.shared_addresses import AllowSharedAddress, ListSharedAddresses
from contracts.identity.sign_in import EmailNotFound
from contracts.kinds import NotAllowed, NotFound, SignInRequired
from contracts.principal import Kind, Role
from kit.ids import new_id
from tests import stack

from .conftest import Identity, account, contact

SHARED = "rivera@example.com"
PLACEHOLDER = "noemail@example.com"


async def of(identity: Identity, signed_in: SignedIn) -> Session:
    return await identity.asker.ask(ResolveSession(token=signed_in.token))


@pytest.fixture
async def couple(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", SHARED))
    await identity.publish("contact", "K2", 1, contact("A1", SHARED, first_name="Alex", role="second", access=True))
    return identity


async def test_two_people_of_one_account_say_who_they_are_before_anything_opens(couple: Identity) -> None:
    signed_in = await couple.sign_in(SHARED)
    assert couple.codes[-1].name == ""  # nobody is greeted by the other one's name
    assert signed_in.next == "account"
    assert [choice.contact_name for choice in signed_in.accounts] == ["Pat Rivera", "Alex Rivera"]
    pat, alex = signed_in.accounts
    assert pat.id == alex.id

    before = await of(couple, signed_in)
    with pytest.raises(SignInRequired):
        await couple.asker.ask(GetMe(), before.principal)
    with pytest.raises(NotFound):  # the account alone does not say who
        await couple.asker.ask(ChooseAccount(account=pat.id), before.principal)
    with pytest.raises(NotFound):
        await couple.asker.ask(ChooseAccount(account=pat.id, contact=new_id()), before.principal)
    chosen = await couple.asker.ask(ChooseAccount(account=alex.id, contact=alex.contact), before.principal)
    inside = await of(couple, chosen)
    me = await couple.asker.ask(GetMe(), inside.principal)
    assert (me.contact.name, me.account.contact, me.accounts) == ("Alex Rivera", alex.contact, 2)

    with pytest.raises(SignInRequired):
        await of(couple, signed_in)
    switched = await couple.asker.ask(ChooseAccount(account=pat.id, contact=pat.contact), inside.principal)
    assert (await couple.asker.ask(GetMe(), (await of(couple, switched)).principal)).contact.name == "Pat Rivera"
    with pytest.raises(SignInRequired):
        await of(couple, chosen)
    assert len({signed_in.token, chosen.token, switched.token}) == 3


async def test_one_of_them_without_access_is_no_choice(couple: Identity) -> None:
    await couple.publish("contact", "K2", 2, contact("A1", SHARED, first_name="Alex", role="second", access=False))
    assert (await couple.sign_in(SHARED)).next == "home"


async def test_somebody_who_leaves_the_address_is_no_choice_any_more(couple: Identity) -> None:
    session = await of(couple, await couple.sign_in(SHARED))
    await couple.publish("contact", "K2", 2, contact("A1", "alex@example.com", first_name="Alex", role="second"))
    choices = await couple.asker.ask(ListAccounts(), session.principal)
    assert [choice.contact_name for choice in choices.items] == ["Pat Rivera"]


async def placeholder_on(identity: Identity, accounts: int) -> None:
    for number in range(accounts):
        await identity.publish("account", f"A{number}", 1, account(f"Household {number}", str(number)))
        person = contact(f"A{number}", PLACEHOLDER.upper() if number else PLACEHOLDER)
        await identity.publish("contact", f"K{number}", 1, person)


def staff(agency: UUID, role: Role | None = Role.AGENT) -> str:
    return stack.signed(agency, kind=Kind.STAFF, role=role, exp=int(time.time()) + 60)


async def test_an_address_on_more_than_three_accounts_opens_none_until_staff_have_looked(identity: Identity) -> None:
    await placeholder_on(identity, 3)
    await identity.publish("contact", "K9", 1, contact("A1", PLACEHOLDER, role="additional", access=True))
    agent = staff(identity.agency.id)
    assert len((await identity.sign_in(PLACEHOLDER)).accounts) == 4  # four people, but three accounts
    assert (await identity.asker.ask(ListSharedAddresses(), agent)).items == []
    with pytest.raises(NotFound):
        await identity.asker.ask(AllowSharedAddress(email=PLACEHOLDER, allowed=True), agent)

    await placeholder_on(identity, 4)
    with pytest.raises(EmailNotFound):
        await identity.start(PLACEHOLDER)
    (waiting,) = (await identity.asker.ask(ListSharedAddresses(), agent)).items
    assert (waiting.email, waiting.allowed, len(waiting.people)) == (PLACEHOLDER, False, 5)
    assert {by.account_name for by in waiting.people} == {f"Household {number}" for number in range(4)}

    shared = await identity.asker.ask(AllowSharedAddress(email=PLACEHOLDER.title(), allowed=True), agent)
    assert shared.allowed
    assert await identity.asker.ask(AllowSharedAddress(email=PLACEHOLDER, allowed=True), agent) == shared
    signed_in = await identity.sign_in(PLACEHOLDER)
    assert len(signed_in.accounts) == 5
    written = await identity.logins.value("SELECT count(*) FROM activities WHERE what = 'address-allowed'")
    assert written == 5

    assert not (await identity.asker.ask(AllowSharedAddress(email=PLACEHOLDER, allowed=False), agent)).allowed
    with pytest.raises(SignInRequired):
        await of(identity, signed_in)
    with pytest.raises(EmailNotFound):
        await identity.start(PLACEHOLDER)


async def test_a_csr_and_an_insured_cannot_open_a_shared_address(identity: Identity) -> None:
    await placeholder_on(identity, 4)
    wanted = AllowSharedAddress(email=PLACEHOLDER, allowed=True)
    with pytest.raises(NotAllowed):
        await identity.asker.ask(wanted, staff(identity.agency.id, Role.CSR))
    with pytest.raises(SignInRequired):
        await identity.asker.ask(wanted, stack.signed(identity.agency.id, new_id()))
    with pytest.raises(NotFound):  # in another agency there is no such address
        await identity.asker.ask(wanted, staff(new_id()))
