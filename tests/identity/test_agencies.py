"""An agency's record and settings: who may change what, and a portal that is off."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from contracts.identity.agencies import AddAgency, AgencyChanged, AgencyDetails, SignInMethods
from contracts.identity.contacts import GetMe
from contracts.identity.sessions import ResolveSession
from contracts.identity.settings import (
    ChangeAgency,
    ChangeSettings,
    GetSettings,
    SettingsChange,
    SettingsOutdated,
    SignInChange,
)
from contracts.identity.sign_in import FinishSignIn, SendCode, StartSignIn
from contracts.kinds import BadRequest, NotAllowed, NotFound, PortalClosed, SignInRequired
from contracts.principal import Kind, Role, Scope
from kit.bus import Asker
from kit.bus.connection import flush
from tests import stack

from .conftest import SLUG, Identity, account, contact

EMAIL = "pat.rivera@example.com"


def admin(identity: Identity, **changes: Any) -> str:
    return stack.signed(identity.agency.id, kind=Kind.STAFF, **{"role": Role.ADMIN, **changes})


@pytest_asyncio.fixture
async def changed(identity: Identity) -> AsyncIterator[list[AgencyChanged]]:
    """What everyone hears of agencies."""
    heard: list[AgencyChanged] = []

    async def note(message: Any) -> None:
        heard.append(AgencyChanged.model_validate_json(message.data))

    subscription = await identity.ops.subscribe(AgencyChanged.subject, cb=note)
    await flush(identity.ops)
    yield heard
    await subscription.unsubscribe()


def test_what_can_be_changed_is_all_but_the_name_in_addresses_and_what_is_not_the_agencys_to_say() -> None:
    fixed = {"slug", "demo", "google"}
    assert set(SettingsChange.model_fields) == set(AgencyDetails.model_fields) - fixed
    assert set(SignInChange.model_fields) == set(SignInMethods.model_fields)


async def test_settings_change_in_the_named_fields_and_everyone_hears_it(
    identity: Identity, changed: list[AgencyChanged]
) -> None:
    who = admin(identity)
    before = await identity.asker.ask(GetSettings(), who)
    changes = SettingsChange(hours="Always", sign_in=SignInChange(disclosure="neutral", passwords=False))
    after = await identity.asker.ask(ChangeSettings(changes=changes), who)
    assert after.version == before.version + 1
    sign_in = before.details.sign_in.model_copy(update={"disclosure": "neutral", "passwords": False})
    assert after.details == before.details.model_copy(update={"hours": "Always", "sign_in": sign_in})
    assert await identity.asker.ask(GetSettings(), who) == after
    await stack.eventually(lambda: (2, "Always") in [(one.version, one.details.hours) for one in changed])
    entry = (await identity.logins.fetch("SELECT what, facts FROM activities ORDER BY number DESC LIMIT 1"))[0]
    assert (entry["what"], entry["facts"]) == ("settings-changed", '{"fields": "hours sign_in"}')


async def test_nothing_new_is_no_change(identity: Identity) -> None:
    changes = SettingsChange(name=identity.agency.name)
    after = await identity.asker.ask(ChangeSettings(changes=changes), admin(identity))
    told = "SELECT count(*) FROM outbox WHERE subject = $1"
    assert after.version == 1
    assert await identity.logins.value(told, AgencyChanged.subject) == 1  # that it was added
    assert await identity.logins.value("SELECT count(*) FROM activities") == 0


async def test_of_two_who_change_the_same_settings_the_second_looks_again(identity: Identity) -> None:
    who = admin(identity)
    await identity.asker.ask(ChangeSettings(changes=SettingsChange(hours="First"), version=1), who)
    with pytest.raises(SettingsOutdated) as refused:
        await identity.asker.ask(ChangeSettings(changes=SettingsChange(hours="Second"), version=1), who)
    assert refused.value.facts == {"version": 2}
    assert (await identity.asker.ask(GetSettings(), who)).details.hours == "First"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "america/chicago"}, "/time_zone"),
        ({"default_language": "es", "languages": ("en",)}, "/default_language"),
    ],
)
async def test_what_does_not_fit_together_is_refused(identity: Identity, changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await identity.asker.ask(ChangeSettings(changes=SettingsChange(**changes)), admin(identity))
    assert refused.value.facts["pointer"] == pointer
    details = identity.agency.model_dump(exclude={"id"}) | {"slug": "other"} | changes
    with pytest.raises(BadRequest):
        await Asker(identity.ops).ask(AddAgency(details=AgencyDetails(**details)))


@pytest.mark.parametrize(
    "changes",
    [
        {"brand_color": "red"},
        {"website": "javascript:alert(1)"},
        {"name": ""},
        {"name": "Oak\nHill"},
        {"email": "two words"},
        {"state": "Texas"},
        {"languages": ()},
        {"languages": ("xx",)},
        {"time_zone": "../../etc/passwd"},
    ],
    ids=str,
)
def test_what_no_field_can_hold_never_becomes_a_message(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SettingsChange(**changes)


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"kind": Kind.STAFF, "role": Role.ADMIN}, None),
        ({"kind": Kind.STAFF, "role": Role.AGENT}, NotAllowed),
        ({"kind": Kind.STAFF, "role": Role.CSR}, NotAllowed),
        ({"kind": Kind.SYSTEM, "scopes": (Scope.AGENCY_ADMIN,)}, None),
        ({"kind": Kind.SYSTEM, "scopes": (Scope.AMS_PUBLISH, Scope.IMPERSONATE)}, NotAllowed),
        ({"kind": Kind.CONTACT}, SignInRequired),
    ],
    ids=["admin", "agent", "csr", "system", "other-scope", "insured"],
)
async def test_only_admins_and_the_agencys_system_manage_it(
    identity: Identity, claims: dict[str, Any], refusal: type[Exception] | None
) -> None:
    who = stack.signed(identity.agency.id, **claims)
    for request in (GetSettings(), ChangeSettings(changes=SettingsChange(hours="Always"))):
        if refusal is None:
            await identity.asker.ask(request, who)
        else:
            with pytest.raises(refusal):
                await identity.asker.ask(request, who)


async def test_another_agencys_admin_changes_its_own_agency_only(identity: Identity) -> None:
    other = await Asker(identity.ops).ask(
        AddAgency(details=AgencyDetails(slug="riverside", name="Riverside", phone="1", email="a@riverside.example"))
    )
    who = stack.signed(other.id, kind=Kind.STAFF, role=Role.ADMIN)
    await identity.asker.ask(ChangeSettings(changes=SettingsChange(name="Ours now")), who)
    assert (await identity.asker.ask(GetSettings(), admin(identity))).details.name == identity.agency.name


async def test_the_command_line_changes_an_agency_by_its_short_name(identity: Identity) -> None:
    ops = Asker(identity.ops)
    after = await ops.ask(ChangeAgency(agency=SLUG, changes=SettingsChange(name="Oak Hill & Daughters")))
    assert (after.name, after.slug, after.id) == ("Oak Hill & Daughters", SLUG, identity.agency.id)
    with pytest.raises(NotFound):
        await ops.ask(ChangeAgency(agency="nowhere", changes=SettingsChange(name="X")))


async def test_a_closed_portal_lets_nobody_in_and_holds_those_who_are(identity: Identity) -> None:
    await identity.publish("account", "A-1", 1, account())
    await identity.publish("contact", "C-1", 1, contact("A-1", EMAIL))
    signed_in = await identity.sign_in(EMAIL)
    who = admin(identity)
    await identity.asker.ask(ChangeSettings(changes=SettingsChange(portal_open=False)), who)
    with pytest.raises(PortalClosed):
        await identity.asker.ask(ResolveSession(token=signed_in.token))
    with pytest.raises(PortalClosed):
        await identity.asker.ask(StartSignIn(agency=SLUG, email=EMAIL))
    with pytest.raises(SignInRequired):  # who never came in is not told of the portal
        await identity.asker.ask(ResolveSession(token=signed_in.token[:-4] + "AAAA"))
    assert (await identity.asker.ask(GetSettings(), who)).details.portal_open is False  # staff work on
    await identity.publish("account", "A-2", 1, account("Lee household", "1002"))  # and so does the feed
    await identity.asker.ask(ChangeSettings(changes=SettingsChange(portal_open=True)), who)
    session = await identity.asker.ask(ResolveSession(token=signed_in.token))
    assert (await identity.asker.ask(GetMe(), session.principal)).contact.email == EMAIL
    assert session.good_until > datetime.now(UTC) - timedelta(seconds=1)
    await identity.sign_in(EMAIL)


async def test_a_code_that_was_under_way_opens_nothing_while_the_portal_is_closed(identity: Identity) -> None:
    await identity.publish("account", "A-1", 1, account())
    await identity.publish("contact", "C-1", 1, contact("A-1", EMAIL))
    started = await identity.start(EMAIL)
    wanted = FinishSignIn(agency=SLUG, sign_in=started.sign_in, code=await identity.newest_code(0))
    changes = SettingsChange(portal_open=False)
    await Asker(identity.ops).ask(ChangeAgency(agency=SLUG, changes=changes))
    for request in (wanted, SendCode(agency=SLUG, sign_in=started.sign_in)):
        with pytest.raises(PortalClosed):
            await identity.asker.ask(request)
    assert await identity.logins.value("SELECT count(*) FROM sessions") == 0
