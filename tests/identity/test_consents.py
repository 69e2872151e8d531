"""Consents: given and withdrawn with the text that was read, recorded, told, and never about another number."""

import json

import pytest

from contracts.identity.activities import ListActivity, What
from contracts.identity.consents import (
    TEXTS,
    ChangeConsent,
    Consent,
    ConsentKind,
    ConsentTextChanged,
    GetConsents,
    NoMobileNumber,
    TooManyChanges,
)
from contracts.identity.sessions import ResolveSession
from contracts.kinds import ReadOnly
from contracts.portal_events import ConsentChanged
from contracts.principal import Actor
from kit.ids import new_id
from services.identity.people.consents import A_DAY
from tests import stack
from tests.identity.conftest import SLUG, Identity, account, contact

PAT = "pat.rivera@example.com"
SMS, PAPERLESS = ConsentKind.SMS, ConsentKind.E_DELIVERY


async def arrive(identity: Identity, mobile: str = "+15125550142") -> str:
    """Pat's principal."""
    await identity.publish("account", "a-1", 1, account())
    await identity.publish("contact", "c-1", 1, contact("a-1", PAT))
    token = (await identity.sign_in(PAT)).token  # by e-mail: there is no other way yet
    await identity.publish("contact", "c-1", 2, contact("a-1", PAT, mobile=mobile))
    return (await identity.asker.ask(ResolveSession(token=token))).principal


async def consents(identity: Identity, who: str) -> dict[ConsentKind, Consent]:
    return {consent.kind: consent for consent in (await identity.asker.ask(GetConsents(), who)).items}


async def say(identity: Identity, who: str, kind: ConsentKind, *, given: bool) -> None:
    await identity.asker.ask(ChangeConsent(consent=kind, given=given, version=TEXTS[kind], language="es"), who)


async def test_nothing_is_agreed_to_before_somebody_says_so(identity: Identity) -> None:
    found = await consents(identity, await arrive(identity))
    assert {kind: consent.given for kind, consent in found.items()} == {SMS: False, PAPERLESS: False}
    assert (found[SMS].address, found[PAPERLESS].address) == ("+15125550142", PAT)
    assert found[SMS].changed_at is None


async def test_a_consent_is_kept_recorded_and_told_with_the_text_that_was_read(identity: Identity) -> None:
    who = await arrive(identity)
    await say(identity, who, SMS, given=True)
    found = await consents(identity, who)
    assert found[SMS].given
    assert not found[PAPERLESS].given
    assert found[SMS].agreed_version == TEXTS[SMS]
    entry = (await identity.asker.ask(ListActivity(), who)).items[0]
    assert entry.what is What.CONSENT_CHANGED
    assert entry.facts == {"consent": "sms", "given": "yes", "version": TEXTS[SMS], "language": "es"}

    async def told() -> dict[str, object]:
        try:
            message = await identity.ops.jetstream().get_last_msg("PORTAL", f"portal.{SLUG}.{ConsentChanged.what}")
        except Exception:
            return {}
        data: dict[str, object] = json.loads(message.data or b"")["data"]
        return {name: value for name, value in data.items() if name != "at"}

    await stack.eventually(
        told,
        {
            "contact": "c-1",
            "account": "a-1",
            "consent": "sms",
            "given": True,
            "address": "+15125550142",
            "version": TEXTS[SMS],
            "language": "es",
        },
    )


async def test_what_is_so_already_is_neither_recorded_nor_told_again(identity: Identity) -> None:
    who = await arrive(identity)
    for given in (False, True, True, False, False):
        await say(identity, who, PAPERLESS, given=given)
    assert not (await consents(identity, who))[PAPERLESS].given
    assert await identity.logins.value("SELECT count(*) FROM activities WHERE what = 'consent-changed'") == 2


async def test_a_new_number_has_agreed_to_nothing(identity: Identity) -> None:
    who = await arrive(identity)
    await say(identity, who, SMS, given=True)
    await identity.publish("contact", "c-1", 3, contact("a-1", PAT, mobile="+15125550143"))
    assert not (await consents(identity, who))[SMS].given
    await identity.publish("contact", "c-1", 4, contact("a-1", PAT))
    with pytest.raises(NoMobileNumber):
        await say(identity, who, SMS, given=True)


async def test_a_text_that_nobody_has_read_cannot_be_agreed_to(identity: Identity) -> None:
    who = await arrive(identity)
    with pytest.raises(ConsentTextChanged) as refusal:
        await identity.asker.ask(ChangeConsent(consent=SMS, given=True, version="2019-01"), who)
    assert refusal.value.facts == {"version": TEXTS[SMS]}
    assert not (await consents(identity, who))[SMS].given


async def test_who_changes_it_without_end_is_stopped_and_can_still_withdraw(identity: Identity) -> None:
    who = await arrive(identity)
    for turn in range(A_DAY):
        await say(identity, who, SMS, given=turn % 2 == 0)
    with pytest.raises(TooManyChanges):
        await say(identity, who, SMS, given=True)
    await identity.logins.fetch("UPDATE consents SET changes = 1")
    await say(identity, who, SMS, given=True)
    await identity.logins.fetch("UPDATE consents SET changes = 100")
    await say(identity, who, SMS, given=False)
    assert not (await consents(identity, who))[SMS].given


async def test_staff_who_look_see_consents_and_change_none(identity: Identity) -> None:
    await arrive(identity)
    rows = await identity.logins.fetch("SELECT c.id, a.id AS account FROM contacts c, accounts a")
    view = stack.signed(
        identity.agency.id, rows[0]["account"], sub=rows[0]["id"], read_only=True, act=Actor(id="7", name="Jamie Cruz")
    )
    assert not (await consents(identity, view))[SMS].given
    with pytest.raises(ReadOnly):
        await say(identity, view, SMS, given=True)


async def test_consents_of_one_person_are_not_anothers(identity: Identity) -> None:
    who = await arrive(identity)
    await say(identity, who, SMS, given=True)
    other = new_id()
    await identity.logins.fetch("UPDATE consents SET contact = $1", other)
    assert not (await consents(identity, who))[SMS].given
