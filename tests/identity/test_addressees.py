"""The portal's address by mail on staff's word: to who can sign in, how that goes for the contact, and no secret."""

import json
from uuid import UUID

import pytest

from contracts.identity.addressees import GetAddressee, SendPortalLink
from contracts.identity.passwords import NoAccess
from contracts.identity.sign_in import SlowDown
from contracts.kinds import NotFound
from contracts.notify import MailPortalLink
from contracts.principal import Kind, Role
from kit.bus import Asker
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests import stack

from .conftest import Identity, account, contact
from .visitors import as_staff, contact_of, jobs

PAT = "pat.rivera@example.com"


@pytest.fixture
async def household(identity: Identity) -> Identity:
    await identity.publish("account", "A1", 1, account())
    await identity.publish("contact", "K1", 1, contact("A1", PAT, language="es"))
    return identity


async def mails(identity: Identity) -> list[dict[str, str]]:
    return [json.loads(mail) for mail in await jobs(identity, MailPortalLink.subject)]


async def test_the_mail_says_how_this_contact_signs_in_and_the_activity_who_sent_it(household: Identity) -> None:
    pat = await contact_of(household, "K1")
    sent = await as_staff(household, SendPortalLink(contact=pat))
    assert sent.sent_to == "p•••@e•••.com"
    (mail,) = await mails(household)
    assert mail | {"agency": "", "delivery": ""} == {
        "agency": "",
        "delivery": "",
        "contact": str(pat),
        "to": PAT,
        "name": "Pat Rivera",
        "way": "code",
        "language": "es",
    }, "nothing else, and so no secret"
    (done,) = await household.logins.fetch("SELECT * FROM activities WHERE what = 'portal-link-sent'")
    assert json.loads(done["doer"])["kind"] == "staff" and json.loads(done["facts"]) == {"to": "p•••@e•••.com"}
    assert done["contact"] == pat and isinstance(done["account"], UUID)


async def test_gmail_s_people_are_told_of_google_where_the_agency_leads_them_there(household: Identity) -> None:
    await household.publish("contact", "K1", 2, contact("A1", "pat.rivera.1021@gmail.com"))
    pat = await contact_of(household, "K1")
    await as_staff(household, SendPortalLink(contact=pat))
    await household.logins.fetch("UPDATE agencies SET details = jsonb_set(details, '{google}', 'true')")
    await as_staff(household, SendPortalLink(contact=pat))
    assert [mail["way"] for mail in await mails(household)] == ["code", "google"]


async def test_only_who_can_sign_in_is_written_to_and_not_again_and_again(household: Identity) -> None:
    await household.publish("contact", "K2", 1, contact("A1", "ben@example.com", role="additional", access=False))
    await household.publish("contact", "K3", 1, contact("A1", "", role="second", access=True))
    for ams_id in ("K2", "K3"):
        with pytest.raises(NoAccess):
            await as_staff(household, SendPortalLink(contact=await contact_of(household, ams_id)))
    with pytest.raises(NotFound):
        await as_staff(household, SendPortalLink(contact=new_id()))
    pat = await contact_of(household, "K1")
    for _ in range(3):
        await as_staff(household, SendPortalLink(contact=pat))
    with pytest.raises(SlowDown) as slow:
        await as_staff(household, SendPortalLink(contact=pat))
    assert slow.value.facts["retry_after"] > 0
    assert len(await mails(household)) == 3


async def test_an_addressee_stands_for_every_contact_with_its_address(
    household: Identity, nats_server: NatsServer
) -> None:
    await household.publish("account", "A2", 1, account("Rivera LLC", "1002"))
    await household.publish("contact", "K2", 1, contact("A2", PAT.upper()))
    await household.publish("contact", "K3", 1, contact("A2", "", role="additional"))
    one, two, three = [await contact_of(household, ams_id) for ams_id in ("K1", "K2", "K3")]
    notify = await stack.connect(nats_server, "notify")
    staff = stack.signed(household.agency.id, kind=Kind.STAFF, role=Role.CSR, sub=new_id())
    found = await Asker(notify).ask(GetAddressee(contact=one), staff)
    assert set(found.same) == {one, two} and found.language == "es" and found.email == PAT
    assert (await Asker(notify).ask(GetAddressee(contact=three), staff)).same == [three]
    with pytest.raises(NotFound):
        await Asker(notify).ask(GetAddressee(contact=new_id()), staff)
    await notify.close()
