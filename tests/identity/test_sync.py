"""Accounts and contacts as the AMS sends them: newest wins, and what it takes away is gone at once."""

import pytest
from pydantic import ValidationError

from contracts.identity.agencies import AddAgency, AgencyDetails, AgencyExists
from contracts.identity.contacts import AccountsChanged
from contracts.identity.sessions import ResolveSession
from contracts.identity.sign_in import EmailNotFound
from contracts.kinds import SignInRequired
from kit.bus import Asker
from tests.stack import eventually

from .conftest import SLUG, Identity, account, contact

PAT = "pat.rivera@example.com"


async def test_an_older_version_that_comes_late_changes_nothing(identity: Identity) -> None:
    await identity.publish("account", "A1", 5, account("New name"))
    await identity.publish("account", "A1", 4, account("Old name"))
    rows = await identity.logins.fetch("SELECT name, version FROM accounts")
    assert [tuple(row) for row in rows] == [("New name", 5)]


async def test_a_deletion_is_remembered_so_that_an_older_event_does_not_bring_it_back(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 3, None)
    await identity.publish("contact", "K1", 2, contact("A1", PAT))
    with pytest.raises(EmailNotFound):
        await identity.start(PAT)


async def test_a_contact_may_come_before_its_account(identity: Identity) -> None:
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    with pytest.raises(EmailNotFound):
        await identity.start(PAT)
    await identity.publish("account", "A1", 1, account())
    assert (await identity.start(PAT)).next == "code"


async def test_the_ams_toggle_counts_only_when_the_ams_changes_it(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, role="second", access=False))
    await identity.logins.fetch("UPDATE contacts SET access = true")  # what a member of staff's toggle does
    await identity.publish("contact", "K1", 2, contact("A1", PAT, role="second", access=False, phone="512-555-0101"))
    assert (await identity.start(PAT)).next == "code"
    await identity.publish("contact", "K1", 3, contact("A1", PAT, role="second", access=True))
    await identity.publish("contact", "K1", 4, contact("A1", PAT, role="second", access=False))
    with pytest.raises(EmailNotFound):
        await identity.start(PAT)


@pytest.mark.parametrize(
    "change", [{"email": "new@example.com"}, {"role": "second", "access": False}, {"email": ""}, None]
)
async def test_a_changed_address_or_lost_access_ends_the_sessions(
    identity: Identity, change: dict[str, object] | None
) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    signed_in = await identity.sign_in(PAT)
    assert await identity.asker.ask(ResolveSession(token=signed_in.token))
    await identity.publish("contact", "K1", 2, None if change is None else {**contact("A1", PAT), **change})
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=signed_in.token))


async def test_a_changed_phone_leaves_the_session_alone(identity: Identity) -> None:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT))
    signed_in = await identity.sign_in(PAT)
    await identity.publish("contact", "K1", 2, contact("A1", PAT, phone="512-555-0103"))
    assert await identity.asker.ask(ResolveSession(token=signed_in.token))


async def test_the_others_are_told_of_an_account_with_the_ams_id_and_what_goes_on_paper(identity: Identity) -> None:
    heard: list[AccountsChanged] = []

    async def note(message: object) -> None:
        heard.append(AccountsChanged.model_validate_json(message.data))  # type: ignore[attr-defined]

    await identity.ops.subscribe(AccountsChanged.subject, cb=note)
    await identity.publish("account", "A1", 7, account())
    await eventually(lambda: len(heard) == 1)
    (told,) = heard[0].accounts
    assert (told.ams_id, told.version, told.name, told.city, told.deleted) == (
        "A1",
        7,
        "Rivera household",
        "Austin",
        False,
    )
    assert heard[0].agency == identity.agency.id


async def test_a_short_name_is_given_once(identity: Identity) -> None:
    details = AgencyDetails(slug=SLUG, name="Another", phone="512-555-0199", email="agent@another.example")
    with pytest.raises(AgencyExists):
        await Asker(identity.ops).ask(AddAgency(details=details))


@pytest.mark.parametrize("slug", ["api", "assets", "dev", "metrics", "Oak", "a", "-oak", "oak/hill"])
def test_a_short_name_cannot_hide_an_address_of_the_portal_or_break_a_subject(slug: str) -> None:
    with pytest.raises(ValidationError):
        AgencyDetails(slug=slug, name="Another", phone="512-555-0199", email="agent@another.example")
