"""What is on file of an account: its address and its insureds, for the people on it."""

from typing import Any
from uuid import UUID

import pytest

from contracts.identity.information import GetOnFile, OnFile
from contracts.kinds import SignInRequired
from contracts.principal import Kind
from kit.ids import new_id
from tests import stack

from .conftest import Identity, account, contact
from .visitors import contact_of

PAT, SAM = "pat.rivera@example.com", "sam.rivera@example.com"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    """Pat and Sam Rivera, a bookkeeper, a child who is on nothing yet, and the household next door."""
    await identity.publish("account", "A1", 1, account())
    await identity.publish("account", "A2", 1, account("Lee household", "1002"))
    people: dict[str, dict[str, Any]] = {
        "SAM": contact("A1", SAM, role="second", first_name="Sam", mobile="+15125550123", phone="512-555-0124 ext. 9"),
        "PAT": contact("A1", PAT, phone="512-555-0125"),
        "BOOKS": contact("A1", "books@example.com", role="additional", first_name="Lou", last_name="Bell", access=True),
        "CHILD": contact("A1", "kid@example.com", role="additional", first_name="Kit"),
        "LEE": contact("A2", "lee@example.com", first_name="Lee", last_name="Lee"),
    }
    for ams_id, data in people.items():
        await identity.publish("contact", ams_id, 1, data)
    return identity


async def seen(identity: Identity, ams_id: str, *, of: str = "A1", read_only: bool = False) -> OnFile:
    """What that contact sees of the account that it has open."""
    opened: UUID = await identity.logins.value("SELECT id FROM accounts WHERE ams_id = $1", of)
    principal = stack.signed(
        identity.agency.id,
        kind=Kind.CONTACT,
        sub=await contact_of(identity, ams_id),
        account=opened,
        sid=new_id(),
        read_only=read_only,
    )
    return await identity.asker.ask(GetOnFile(), principal)


async def test_the_first_insured_comes_before_the_second_with_how_to_reach_both(household: Identity) -> None:
    file = await seen(household, "PAT")
    assert [(one.name, one.role, one.email, one.mobile, one.phone) for one in file.people] == [
        ("Pat Rivera", "primary", PAT, None, "512-555-0125"),
        ("Sam Rivera", "second", SAM, "+15125550123", "512-555-0124 ext. 9"),
    ]
    assert file.address.model_dump() == {"street": "12 Sample Lane", "city": "Austin", "state": "TX", "postal_code": ""}


async def test_an_additional_contact_learns_of_the_insureds_who_they_are_and_no_more(household: Identity) -> None:
    *insureds, own = (await seen(household, "BOOKS")).people
    assert [one.name for one in insureds] == ["Pat Rivera", "Sam Rivera"]
    assert {(one.email, one.mobile, one.phone) for one in insureds} == {(None, None, None)}
    assert (own.name, own.role, own.email) == ("Lou Bell", "additional", "books@example.com")


@pytest.mark.parametrize(("who", "of"), [("LEE", "A1"), ("PAT", "A2"), ("CHILD", "A1"), ("SAM", "A1")])
async def test_nobody_sees_it_who_may_not_enter_there(household: Identity, who: str, of: str) -> None:
    """Somebody of another account, and people on this one whose access is off."""
    with pytest.raises(SignInRequired):
        await seen(household, who, of=of)


async def test_staff_see_what_one_without_access_would(household: Identity) -> None:
    assert [one.name for one in (await seen(household, "SAM", read_only=True)).people] == ["Pat Rivera", "Sam Rivera"]


async def test_who_is_deleted_is_on_file_no_more(household: Identity) -> None:
    await household.publish("contact", "SAM", 2, None)
    assert [one.name for one in (await seen(household, "PAT")).people] == ["Pat Rivera"]
    await household.publish("contact", "PAT", 2, None)
    with pytest.raises(SignInRequired):
        await seen(household, "PAT")
