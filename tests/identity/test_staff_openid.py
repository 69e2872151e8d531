"""Staff with Google or Microsoft: whose word counts for an address, and that it is never enough by itself."""

from dataclasses import replace

import pytest
import pytest_asyncio

from contracts.identity.openid import Provider
from contracts.identity.second_factors import StaffEntry, StaffNotFound
from contracts.identity.staff import EndMember, InvitationOver
from contracts.principal import Role
from services.identity.openid.tokens import Claims
from services.identity.staff import openid

from .conftest import Identity
from .crew import Crew

ANA = Claims(
    Provider.GOOGLE,
    "https://accounts.example.com",
    "7",
    email="Ana@oakhill.example",
    email_verified=True,
    hosted_domain="OakHill.example",
)


@pytest_asyncio.fixture
async def crew(identity: Identity) -> Crew:
    return Crew(identity)


async def arrive(crew: Crew, claims: Claims) -> StaffEntry:
    async with crew.transaction() as tx:
        return await openid.arrive(claims, tx)


@pytest.mark.parametrize(
    "claims",
    [
        replace(ANA, email_verified=False),
        replace(ANA, hosted_domain=""),  # an address that Google was once shown, of whoever has it now
        replace(ANA, hosted_domain="elsewhere.example"),
        replace(ANA, email=""),
        replace(ANA, provider=Provider.MICROSOFT, user_name="somebody@oakhill.example"),
        replace(ANA, provider=Provider.MICROSOFT),  # its e-mail is anything that an administrator typed
        replace(ANA, email="ana@oakhill.example.evil.example", hosted_domain="oakhill.example"),
    ],
)
async def test_only_an_address_of_the_provider_itself_names_a_member(crew: Crew, claims: Claims) -> None:
    await crew.add("Ana")
    with pytest.raises(StaffNotFound):
        await arrive(crew, claims)


@pytest.mark.parametrize(
    "claims", [ANA, replace(ANA, provider=Provider.MICROSOFT, email="", user_name="ANA@oakhill.example")]
)
async def test_an_invited_member_makes_a_second_factor_and_one_who_is_in_proves_it(crew: Crew, claims: Claims) -> None:
    await crew.add("Ana")
    entry = await arrive(crew, claims)
    assert (entry.name, entry.has, entry.makes) == ("Ana", (), ("passkey", "authenticator"))
    await crew.identity.logins.fetch("DELETE FROM staff")
    await crew.hire("Ana", Role.CSR)
    entry = await arrive(crew, claims)
    assert (entry.has, entry.makes) == (("authenticator",), ())


async def test_without_a_good_invitation_a_provider_s_word_makes_nothing(crew: Crew) -> None:
    await crew.add("Ana")
    await crew.identity.logins.fetch("UPDATE staff_invitations SET expires_at = now()")
    with pytest.raises(InvitationOver):
        await arrive(crew, ANA)


async def test_a_linked_account_is_known_under_another_address_until_its_member_leaves(crew: Crew) -> None:
    boss = await crew.hire("Boss")
    ana = await crew.hire("Ana", Role.CSR)
    link = "INSERT INTO staff_links (agency, issuer, subject, staff) VALUES ($1, $2, $3, $4)"
    await crew.identity.logins.fetch(link, crew.identity.agency.id, ANA.issuer, ANA.subject, ana.member.id)
    renamed = replace(ANA, email="ana.new@gmail.com", hosted_domain="")
    assert (await arrive(crew, renamed)).name == "Ana"
    with pytest.raises(StaffNotFound):
        await arrive(crew, replace(renamed, subject="8"))
    await boss.ask(EndMember(member=ana.member.id))
    assert not await crew.identity.logins.value("SELECT count(*) FROM staff_links")
    for claims in (renamed, ANA):
        with pytest.raises(StaffNotFound):
            await arrive(crew, claims)
