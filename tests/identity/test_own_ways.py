"""A member's own ways in: changed by the member alone, after a recent proof, told of, and never the last one gone."""

import asyncio
import json

import pyotp
import pytest
import pytest_asyncio

from contracts.identity.openid import NewOpenidClient, Provider, SetOpenidClient
from contracts.identity.own_ways import (
    AuthenticatorChangeOver,
    BeginAuthenticator,
    BeginOwnPasskey,
    EndOwnOtherSessions,
    EndOwnSession,
    FinishAuthenticator,
    FinishOwnPasskey,
    GetOwnWays,
    LastMeans,
    RemoveAuthenticator,
    RemoveOwnPasskey,
    RenameOwnPasskey,
)
from contracts.identity.passkeys import Passkey, PasskeyRefused, SignInAgain
from contracts.identity.second_factors import (
    BeginStaffPasskeySignIn,
    FinishStaffPasskeySignIn,
    ProveAuthenticator,
    StaffSignedIn,
)
from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import CodeWrong
from contracts.identity.staff import EndMember
from contracts.kinds import NotAllowed, NotFound, SignInRequired
from contracts.notify import MailStaffSignInChange
from contracts.principal import Kind, Role, Scope
from kit.bus import Asker
from kit.ids import new_id
from tests import stack

from .authenticator import Authenticator
from .conftest import SLUG, Identity
from .crew import Crew, Worker, another
from .visitors import jobs

ISSUER = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
CLIENT = NewOpenidClient.model_validate(
    {"client_id": "portal", "secret": "of-the-client", "tenant": "11111111-2222-3333-4444-555555555555"}
)


@pytest_asyncio.fixture
async def crew(identity: Identity) -> Crew:
    return Crew(identity)


async def add(worker: Worker, device: Authenticator, name: str = "Phone") -> Passkey:
    begun = await worker.ask(BeginOwnPasskey())
    return await worker.ask(FinishOwnPasskey(credential=device.make(begun.options), name=name))


async def enter(crew: Crew, device: Authenticator) -> StaffSignedIn:
    begun = await crew.identity.asker.ask(BeginStaffPasskeySignIn(agency=SLUG))
    credential = device.prove(begun.options)
    wanted = FinishStaffPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=credential)
    return await crew.identity.asker.ask(wanted)


async def with_code(crew: Crew, worker: Worker, code: str) -> StaffSignedIn:
    entry = (await crew.begin(worker.member.id, ())).entry
    return await crew.identity.asker.ask(ProveAuthenticator(agency=SLUG, entry=entry, code=code))


async def grow_old(crew: Crew) -> None:
    await crew.identity.logins.fetch("UPDATE sessions SET proven_at = now() - interval '16 minutes'")


async def told(crew: Crew) -> list[str]:
    """Changes that mails tell of, oldest first, with whom they are for."""
    mails = [json.loads(mail) for mail in await jobs(crew.identity, MailStaffSignInChange.subject)]
    return [f"{mail['to']} {mail['change']}" for mail in mails]


async def deeds(crew: Crew) -> list[str]:
    rows = await crew.identity.logins.fetch("SELECT what, doer->>'name' AS name FROM activities ORDER BY number")
    return [f"{row['name']} {row['what']}" for row in rows]


async def test_a_passkey_is_added_named_and_removed_and_the_member_hears_of_it(crew: Crew) -> None:
    ana = await crew.hire("Ana", Role.CSR)
    phone, key = Authenticator(), Authenticator()
    first, second = await add(ana, phone), await add(ana, key, "")
    await ana.ask(RenameOwnPasskey(passkey=second.id, name="Blue key"))
    ways = await ana.ask(GetOwnWays())
    assert [one.name for one in ways.passkeys] == ["Blue key", "Phone"] and ways.may_add
    assert ways.authenticator_since is not None and [one.here for one in ways.sessions] == [True]
    elsewhere = await enter(crew, phone)
    await ana.ask(RemoveOwnPasskey(passkey=first.id))
    with pytest.raises(SignInRequired):  # what the lost device has open ends with it
        await crew.identity.asker.ask(ResolveSession(token=elsewhere.token))
    with pytest.raises(PasskeyRefused):
        await enter(crew, phone)
    assert (await enter(crew, key)).token and await ana.is_in()
    address = "ana@oakhill.example"
    assert await told(crew) == [
        f"{address} {change}" for change in ("passkey-added", "passkey-added", "passkey-removed")
    ]
    done = [deed for deed in await deeds(crew) if "passkey" in deed]
    assert done == ["Ana passkey-added", "Ana passkey-added", "Ana passkey-removed"]


async def test_what_changes_a_way_in_needs_a_recent_proof(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    passkey = await add(ana, Authenticator())
    begun = await ana.ask(BeginOwnPasskey())
    await ana.ask(BeginAuthenticator())
    await grow_old(crew)
    credential = Authenticator().make(begun.options)
    for request in (
        BeginOwnPasskey(),
        FinishOwnPasskey(credential=credential),
        RemoveOwnPasskey(passkey=passkey.id),
        BeginAuthenticator(),
        FinishAuthenticator(code="000000"),
        RemoveAuthenticator(),
    ):
        with pytest.raises(SignInAgain):
            await ana.ask(request)  # type: ignore[arg-type]
    assert len((await ana.ask(GetOwnWays())).passkeys) == 1


async def test_the_last_means_stays_until_another_is_there(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    passkey = await add(ana, Authenticator())
    await ana.ask(RemoveAuthenticator())
    with pytest.raises(LastMeans):
        await ana.ask(RemoveOwnPasskey(passkey=passkey.id))
    other = await add(ana, Authenticator())
    outcomes = await asyncio.gather(
        *(ana.ask(RemoveOwnPasskey(passkey=one)) for one in (passkey.id, other.id)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["LastMeans", "Nothing"], "not both at the same time"
    assert len((await ana.ask(GetOwnWays())).passkeys) == 1


async def test_an_authenticator_is_a_means_only_behind_a_linked_account_of_a_provider(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    passkey = await add(ana, Authenticator())
    with pytest.raises(LastMeans):
        await ana.ask(RemoveOwnPasskey(passkey=passkey.id))
    identity = crew.identity
    link = "INSERT INTO staff_links (agency, issuer, subject, staff) VALUES ($1, $2, '7', $3)"
    await identity.logins.fetch(link, identity.agency.id, ISSUER, ana.member.id)
    with pytest.raises(LastMeans):  # the agency has no client there
        await ana.ask(RemoveOwnPasskey(passkey=passkey.id))
    await Asker(identity.ops).ask(SetOpenidClient(agency=SLUG, provider=Provider.MICROSOFT, client=CLIENT))
    await ana.ask(RemoveOwnPasskey(passkey=passkey.id))
    with pytest.raises(LastMeans):
        await ana.ask(RemoveAuthenticator())


async def test_a_new_authenticator_counts_from_its_first_code_and_the_old_one_until_then(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    elsewhere = await with_code(crew, ana, another(ana.authenticator))
    key = await ana.ask(BeginAuthenticator())
    assert await ana.ask(BeginAuthenticator()) == key, "a page that is opened again shows the same key"
    assert key.key != ana.authenticator.secret and "Oak%20Hill" in key.address
    sealed = await crew.identity.logins.value("SELECT sealed FROM authenticator_changes")
    assert key.key.encode() not in sealed
    with pytest.raises(CodeWrong) as wrong:
        await ana.ask(FinishAuthenticator(code=pyotp.TOTP(ana.authenticator.secret).now()))
    assert wrong.value.facts == {"attempts_left": 4}
    kept = "SELECT sealed FROM authenticators"
    before = await crew.identity.logins.value(kept)
    confirmed = pyotp.TOTP(key.key).now()
    await ana.ask(FinishAuthenticator(code=confirmed))
    assert await crew.identity.logins.value(kept) != before
    assert not await crew.identity.logins.value("SELECT count(*) FROM authenticator_changes")
    with pytest.raises(SignInRequired):
        await crew.identity.asker.ask(ResolveSession(token=elsewhere.token))
    with pytest.raises(CodeWrong):  # the code that confirmed it is used up, the old app's count no more
        await with_code(crew, ana, confirmed)
    with pytest.raises(CodeWrong):
        await with_code(crew, ana, another(ana.authenticator))
    assert (await with_code(crew, ana, another(pyotp.TOTP(key.key)))).token
    assert await told(crew) == ["ana@oakhill.example authenticator-set"]
    assert "Ana authenticator-set" in await deeds(crew)


async def test_a_change_of_authenticator_ends_with_its_tries_its_time_and_its_session(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    key = await ana.ask(BeginAuthenticator())
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as wrong:
            await ana.ask(FinishAuthenticator(code="abc"))
        assert wrong.value.facts == {"attempts_left": left}
    for code in ("abc", pyotp.TOTP(key.key).now()):
        with pytest.raises(AuthenticatorChangeOver):
            await ana.ask(FinishAuthenticator(code=code))
    renewed = await ana.ask(BeginAuthenticator())
    assert renewed.key != key.key
    await crew.identity.logins.fetch("UPDATE authenticator_changes SET expires_at = now()")
    with pytest.raises(AuthenticatorChangeOver):
        await ana.ask(FinishAuthenticator(code=pyotp.TOTP(renewed.key).now()))
    begun = await ana.ask(BeginAuthenticator())
    other = Worker(crew, ana.member, (await with_code(crew, ana, another(ana.authenticator))).token, ana.authenticator)
    with pytest.raises(AuthenticatorChangeOver):
        await other.ask(FinishAuthenticator(code=pyotp.TOTP(begun.key).now()))


async def test_nobody_touches_another_member_s_ways(crew: Crew) -> None:
    boss, ana = await crew.hire("Boss"), await crew.hire("Ana", Role.CSR)
    passkey = await add(ana, Authenticator())
    begun = await ana.ask(BeginOwnPasskey())
    with pytest.raises(PasskeyRefused):  # the challenge was another session's
        await boss.ask(FinishOwnPasskey(credential=Authenticator().make(begun.options)))
    session = (await ana.session()).sid
    for request in (
        RenameOwnPasskey(passkey=passkey.id, name="Mine"),
        RemoveOwnPasskey(passkey=passkey.id),
        EndOwnSession(session=session),
    ):
        with pytest.raises(NotFound):
            await boss.ask(request)
    assert await ana.is_in()
    assert [one.name for one in (await ana.ask(GetOwnWays())).passkeys] == ["Phone"]


async def test_sessions_are_ended_one_by_one_or_all_but_one(crew: Crew) -> None:
    ana = await crew.hire("Ana")
    device = Authenticator()
    await add(ana, device)
    others = [Worker(crew, ana.member, (await enter(crew, device)).token, ana.authenticator) for _ in range(3)]
    await ana.ask(EndOwnSession(session=(await others[0].session()).sid))
    assert [await one.is_in() for one in others] == [False, True, True]
    assert (await ana.ask(EndOwnOtherSessions())).count == 2
    assert [await one.is_in() for one in others] == [False, False, False] and await ana.is_in()
    assert (await deeds(crew)).count("Ana session-ended") == 3


async def test_systems_and_those_who_have_left_have_no_ways_of_their_own(crew: Crew) -> None:
    boss, ana = await crew.hire("Boss"), await crew.hire("Ana")
    principal = (await ana.session()).principal
    await ana.ask(BeginAuthenticator())
    await boss.ask(EndMember(member=ana.member.id))
    assert not await crew.identity.logins.value("SELECT count(*) FROM authenticator_changes")
    with pytest.raises((SignInRequired, SignInAgain)):  # a gateway that has not heard of it yet
        await crew.identity.asker.ask(BeginOwnPasskey(), principal)
    system = stack.signed(crew.identity.agency.id, kind=Kind.SYSTEM, scopes=tuple(Scope), sub=new_id())
    for request in (GetOwnWays(), BeginOwnPasskey(), RemoveAuthenticator(), EndOwnOtherSessions()):
        with pytest.raises(NotAllowed):
            await crew.identity.asker.ask(request, system)  # type: ignore[arg-type]
