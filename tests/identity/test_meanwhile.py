"""What ends an access, a session or a system at the very moment in which somebody comes in by it is never too early."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contracts.identity.passkeys import BeginPasskey, FinishPasskey
from contracts.identity.sessions import ChooseAccount, ListAccounts
from contracts.identity.sign_in import CodeOver, FinishSignIn
from contracts.identity.systems import ClientRefused, GrantToken
from contracts.kinds import Request, SignInRequired
from tests import stack

from .authenticator import Authenticator
from .bus_logins import add
from .conftest import SLUG, Identity, account, contact
from .visitors import session_of, set_methods

PAT = "pat.rivera@example.com"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
LIVE = "SELECT count(*) FROM sessions WHERE ended_at IS NULL"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, role="additional", access=True))
    return identity


@asynccontextmanager
async def changing(identity: Identity, change: str, *arguments: Any) -> AsyncIterator[None]:
    """Somebody else's change, not committed before somebody in the block waits for it."""
    database = identity.logins.open(1)
    try:
        async with database.transaction(identity.agency.id) as tx:
            await tx.driver.execute(change, *arguments)
            yield
            await stack.eventually(lambda: identity.logins.value(WAITING))
    finally:
        await database.close()


def asking(identity: Identity, request: Request[Any], principal: str | None = None) -> "asyncio.Future[Any]":
    return asyncio.ensure_future(identity.asker.ask(request, principal))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contacts SET access = false",
        "UPDATE contacts SET deleted = true",
        "UPDATE contacts SET email = 'somebody.else@example.com'",
        "UPDATE accounts SET deleted = true",
    ],
)
async def test_a_right_code_opens_nothing_that_the_agencys_system_is_taking_away(
    household: Identity, change: str
) -> None:
    started = await household.start(PAT)
    code = await household.newest_code(0)
    async with changing(household, change):
        coming = asking(household, FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    with pytest.raises(CodeOver):
        await coming
    assert await household.logins.value(LIVE) == 0


async def test_an_address_that_staff_no_longer_allow_opens_nothing_either(identity: Identity) -> None:
    for number in range(4):
        await identity.publish("account", f"A{number}", 1, account(f"Household {number}", f"100{number}"))
        await identity.publish("contact", f"K{number}", 1, contact(f"A{number}", PAT))
    allowed = "INSERT INTO shared_addresses (agency, email, allowed_by) VALUES ($1, $2, '')"
    await identity.logins.fetch(allowed, identity.agency.id, PAT)
    started = await identity.start(PAT)
    code = await identity.newest_code(0)
    async with changing(identity, "DELETE FROM shared_addresses"):
        coming = asking(identity, FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=code))
    with pytest.raises(CodeOver):
        await coming
    assert await identity.logins.value(LIVE) == 0


async def test_a_session_that_is_being_ended_is_not_replaced_by_another_account_s(household: Identity) -> None:
    signed_in = await household.sign_in(PAT)
    principal = (await session_of(household, signed_in.token)).principal
    (own,) = (await household.asker.ask(ListAccounts(), principal)).items
    async with changing(household, "UPDATE sessions SET ended_at = now()"):
        choosing = asking(household, ChooseAccount(account=own.id), principal)
    with pytest.raises(SignInRequired):
        await choosing
    assert await household.logins.value(LIVE) == 0


@pytest.mark.parametrize("change", ["UPDATE contacts SET access = false", "UPDATE sessions SET ended_at = now()"])
async def test_who_makes_the_passkey_that_is_required_does_not_rise_from_what_ends(
    household: Identity, change: str
) -> None:
    await set_methods(household, passkeys="required")
    signed_in = await household.sign_in(PAT)
    principal = (await session_of(household, signed_in.token)).principal
    begun = await household.asker.ask(BeginPasskey(), principal)
    async with changing(household, change):
        rising = asking(household, FinishPasskey(credential=Authenticator().make(begun.options)), principal)
    with pytest.raises(SignInRequired):
        await rising
    assert await household.logins.value("SELECT count(*) FROM sessions WHERE 'hwk' = ANY(amr)") == 0
    assert await household.logins.value("SELECT count(*) FROM passkeys") == 0


@pytest.mark.parametrize(
    "change", ["UPDATE systems SET ended_at = now()", "UPDATE systems SET secret_hash = '', old_secret_hash = NULL"]
)
async def test_a_system_that_is_being_ended_is_granted_nothing(identity: Identity, change: str) -> None:
    made = await add(identity)
    grant = GrantToken(client_id=made.system.client_id, client_secret=made.client_secret)
    async with changing(identity, change):
        granting = asking(identity, grant)
    with pytest.raises(ClientRefused):
        await granting
    assert await identity.logins.value(LIVE) == 0
    again = "UPDATE systems SET ended_at = NULL, secret_hash = sha256($1)"
    await identity.logins.fetch(again, grant.client_secret.encode())
    assert (await identity.asker.ask(grant)).token
