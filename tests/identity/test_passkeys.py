"""Passkeys: bound to a session, a challenge, an origin, an agency; made by who proved itself lately."""

import asyncio
import json
from typing import Any

import pytest

from contracts.identity.agencies import AddAgency, AgencyDetails
from contracts.identity.contacts import GetMe
from contracts.identity.passkeys import (
    BeginPasskey,
    BeginPasskeySignIn,
    FinishPasskey,
    FinishPasskeySignIn,
    ListPasskeys,
    PasskeyRefused,
    RemovePasskey,
    RenamePasskey,
    SignInAgain,
    TooManyPasskeys,
)
from contracts.identity.sessions import ChooseAccount
from contracts.kinds import NotFound, SignInRequired
from contracts.notify import MailSignInChange
from kit.bus import Asker
from services.identity.passkeys.keyrings import MOST

from .authenticator import PRESENT, Authenticator
from .conftest import SLUG, Identity, account, contact
from .keyring import add, enter
from .visitors import as_session, deeds, grow_old, jobs, session_of

PAT, SAM = "pat.rivera@example.com", "sam.lee@example.com"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    return identity


async def test_a_passkey_alone_signs_in_and_replaces_the_code(household: Identity) -> None:
    device = Authenticator()
    first = await household.sign_in(PAT)
    made = await add(household, first.token, device)
    assert made.passkey.name == "Phone" and made.signed_in is None and not made.passkey.synced
    signed_in = await enter(household, device)
    assert signed_in.next == "home"
    me = await as_session(household, signed_in.token, GetMe())
    assert me.contact.email == PAT
    row = await household.logins.fetch("SELECT amr FROM sessions ORDER BY made_at")
    assert row[-1]["amr"] == ["hwk", "user"]
    (listed,) = (await as_session(household, signed_in.token, ListPasskeys())).items
    assert listed.id == made.passkey.id and listed.used_at is not None
    (mail,) = await jobs(household, MailSignInChange.subject)
    assert json.loads(mail)["change"] == "passkey-added" and json.loads(mail)["to"] == PAT
    assert "passkey-added" in await deeds(household)


async def test_an_answer_counts_once_and_only_for_whoever_asked(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    begun = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    other = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    credential = device.prove(begun.options)
    elsewhere = FinishPasskeySignIn(agency=SLUG, sign_in=other.sign_in, credential=credential)
    with pytest.raises(PasskeyRefused):
        await household.asker.ask(elsewhere)
    here = FinishPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=credential)
    outcomes = await asyncio.gather(*(household.asker.ask(here) for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in outcomes].count(PasskeyRefused) == 3


async def test_a_refused_answer_uses_its_challenge_up(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    begun = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    right = device.prove(begun.options)
    wrong = json.loads(right)
    wrong["response"]["signature"] = wrong["response"]["signature"][::-1]
    for credential in (json.dumps(wrong), right):
        with pytest.raises(PasskeyRefused):
            await household.asker.ask(FinishPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=credential))


async def test_a_challenge_is_kept_as_a_hash_and_for_minutes(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    begun = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    credential = device.prove(begun.options)
    await household.logins.fetch("UPDATE passkey_challenges SET expires_at = now() - interval '1 second'")
    with pytest.raises(PasskeyRefused):
        await household.asker.ask(FinishPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=credential))
    kept = await household.logins.value("SELECT count(*) FROM passkey_challenges WHERE hash = $1", device.id)
    assert kept == 0


async def test_what_is_not_made_here_by_a_verified_user_is_refused(household: Identity) -> None:
    signed_in = await household.sign_in(PAT)
    good = Authenticator()
    await add(household, signed_in.token, good)
    wrongs: list[dict[str, Any]] = [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ]
    for wrong in wrongs:
        with pytest.raises(PasskeyRefused):
            await add(household, signed_in.token, Authenticator(**wrong))
        bad = Authenticator(key=good.key, id=good.id, handle=good.handle, count=good.count, **wrong)
        with pytest.raises(PasskeyRefused):
            await enter(household, bad)
    await enter(household, good)


async def test_a_counter_that_does_not_rise_is_a_copy(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    copy = Authenticator(key=device.key, id=device.id, handle=device.handle, counts=False, count=device.count)
    await enter(household, device)
    with pytest.raises(PasskeyRefused):
        await enter(household, copy)


async def test_a_passkey_of_another_agency_opens_nothing_here(household: Identity) -> None:
    details = AgencyDetails(slug="riverside", name="Riverside", phone="", email="")
    await Asker(household.ops).ask(AddAgency(details=details))
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    with pytest.raises(PasskeyRefused):
        await enter(household, device, "riverside")
    begun = await household.asker.ask(BeginPasskeySignIn(agency="riverside"))
    with pytest.raises(PasskeyRefused):
        await household.asker.ask(
            FinishPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=device.prove(begun.options))
        )


async def test_the_same_key_under_another_persons_handle_is_refused(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    for handle in (device.handle[:-1] + b"\0", b"s" + device.handle[1:], b""):
        with pytest.raises(PasskeyRefused):
            await enter(household, device, handle=handle)


async def test_staffs_passkeys_and_insureds_are_apart(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    await household.logins.fetch("UPDATE passkeys SET kind = 'staff'")
    with pytest.raises(PasskeyRefused):
        await enter(household, device)


async def test_one_credential_is_one_passkey(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    await add(household, signed_in.token, device)
    with pytest.raises(PasskeyRefused):
        await add(household, signed_in.token, device)


async def test_rubbish_is_refused(household: Identity) -> None:
    signed_in = await household.sign_in(PAT)
    await as_session(household, signed_in.token, BeginPasskey())
    for rubbish in ("", "{}", "[]", "null", "7", '"x"', '{"response":{"clientDataJSON":7}}', "[" * 9000):
        with pytest.raises(PasskeyRefused):
            await as_session(household, signed_in.token, FinishPasskey(credential=rubbish))
    begun = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
    credential = json.loads(Authenticator().prove(begun.options))
    for name in ("!", 7, None, ""):
        rubbish = json.dumps({**credential, "rawId": name})
        with pytest.raises(PasskeyRefused):
            await household.asker.ask(FinishPasskeySignIn(agency=SLUG, sign_in=begun.sign_in, credential=rubbish))
        begun = await household.asker.ask(BeginPasskeySignIn(agency=SLUG))
        credential = json.loads(Authenticator().prove(begun.options))


async def test_rubbish_around_a_good_challenge_is_refused(household: Identity) -> None:
    signed_in = await household.sign_in(PAT)
    for change in (
        {"attestationObject": "AAAA"},
        {"attestationObject": 7},
        {"transports": 9},
        {"clientDataJSON": None},
    ):
        begun = await as_session(household, signed_in.token, BeginPasskey())
        credential = json.loads(Authenticator().make(begun.options))
        credential["response"] |= change
        with pytest.raises(PasskeyRefused):
            await as_session(household, signed_in.token, FinishPasskey(credential=json.dumps(credential)))


async def test_making_and_removing_need_a_fresh_sign_in(household: Identity) -> None:
    device, signed_in = Authenticator(), await household.sign_in(PAT)
    made = await add(household, signed_in.token, device)
    begun = await as_session(household, signed_in.token, BeginPasskey())
    await grow_old(household)
    with pytest.raises(SignInAgain):
        await as_session(household, signed_in.token, BeginPasskey())
    with pytest.raises(SignInAgain):
        await as_session(household, signed_in.token, FinishPasskey(credential=Authenticator().make(begun.options)))
    with pytest.raises(SignInAgain):
        await as_session(household, signed_in.token, RemovePasskey(passkey=made.passkey.id))


async def test_a_switch_of_accounts_is_no_fresh_sign_in(household: Identity) -> None:
    await household.publish("account", "A2", 1, account("Rivera Bakery", "1002"))
    await household.publish("contact", "K2", 1, contact("A2", PAT))
    signed_in = await household.sign_in(PAT)
    await grow_old(household)
    chosen = await as_session(household, signed_in.token, ChooseAccount(account=signed_in.accounts[0].id))
    with pytest.raises(SignInAgain):
        await as_session(household, chosen.token, BeginPasskey())


async def test_renamed_and_removed_by_their_holder_only(household: Identity) -> None:
    await household.publish("account", "A2", 1, account("Lee household", "1002"))
    await household.publish("contact", "K2", 1, contact("A2", SAM))
    device, pat, sam = Authenticator(), await household.sign_in(PAT), await household.sign_in(SAM)
    made = (await add(household, pat.token, device)).passkey
    for request in (RenamePasskey(passkey=made.id, name="Mine"), RemovePasskey(passkey=made.id)):
        with pytest.raises(NotFound):
            await as_session(household, sam.token, request)
    assert (await as_session(household, sam.token, ListPasskeys())).items == []
    await as_session(household, pat.token, RenamePasskey(passkey=made.id, name="Blue phone"))
    assert [one.name for one in (await as_session(household, pat.token, ListPasskeys())).items] == ["Blue phone"]
    await as_session(household, pat.token, RemovePasskey(passkey=made.id))
    with pytest.raises(PasskeyRefused):
        await enter(household, device)
    assert [json.loads(mail)["change"] for mail in await jobs(household, MailSignInChange.subject)] == [
        "passkey-added",
        "passkey-removed",
    ]


async def test_removing_one_ends_what_passkeys_have_opened_elsewhere_and_nothing_else(household: Identity) -> None:
    device, here = Authenticator(), await household.sign_in(PAT)
    made = (await add(household, here.token, device)).passkey
    by_code, by_passkey = await household.sign_in(PAT), await enter(household, device)
    await as_session(household, here.token, RemovePasskey(passkey=made.id))
    with pytest.raises(SignInRequired):
        await session_of(household, by_passkey.token)
    for open_ in (here, by_code):
        await session_of(household, open_.token)


async def test_there_is_an_end_to_their_number(household: Identity) -> None:
    signed_in = await household.sign_in(PAT)
    for _ in range(MOST):
        await add(household, signed_in.token, Authenticator())
    assert not (await as_session(household, signed_in.token, ListPasskeys())).may_add
    with pytest.raises(TooManyPasskeys):
        await as_session(household, signed_in.token, BeginPasskey())
