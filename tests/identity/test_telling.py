"""Who is told: a mail to each whom the agency wants, at the address of now, and once, however often the job comes."""

import json
from datetime import UTC, datetime
from uuid import UUID

from nats.js.errors import NotFoundError

from contracts.identity.activities import ListAgencyActivity, RecordActivity, What
from contracts.identity.settings import ChangeAgency, ChangeSettings, SettingsChange
from contracts.identity.telling import Action, TellPeople, Told, ToldChange, WhoIsTold, WhoIsToldChange
from contracts.notify import MailAction
from contracts.principal import Kind, Role, Scope
from kit.bus import Asker
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests import stack
from tests.identity.conftest import SLUG, Identity, account, contact

PAT, ROBIN = "pat.rivera@example.com", "robin.rivera@example.com"
EVERYBODY = ToldChange(agent_email=True, customer_email=True, primary_email=True)


async def household(identity: Identity) -> tuple[UUID, UUID, UUID]:
    """Our ids of the account, of Pat (primary) and of Robin, who reads Spanish."""
    await identity.publish("account", "a-1", 1, account())
    await identity.publish("contact", "c-1", 1, contact("a-1", PAT))
    robin = contact("a-1", ROBIN, role="second", first_name="Robin", access=True, language="es")
    await identity.publish("contact", "c-2", 1, robin)
    return (
        await identity.logins.value("SELECT id FROM accounts"),
        await identity.logins.value("SELECT id FROM contacts WHERE email = $1", PAT),
        await identity.logins.value("SELECT id FROM contacts WHERE email = $1", ROBIN),
    )


async def leave(nats_server: NatsServer, identity: Identity, job: TellPeople | RecordActivity, times: int = 1) -> None:
    """Leaves a job as policy does; returns when it is done."""
    policy = await stack.connect(nats_server, "policy")
    for number in range(times):
        headers = {"Nats-Msg-Id": f"{job.id}-{number}"}
        await policy.jetstream().publish(job.subject, job.model_dump_json().encode(), headers=headers)
    durable = f"identity-{job.subject.replace('.', '-')}"

    async def settled() -> bool:
        # the job first: what it comes to is in the outbox by then
        done = await stack.unsettled(identity.ops, "JOBS", durable) == 0
        return done and await identity.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0

    await stack.eventually(settled)
    await policy.close()


async def mails(identity: Identity) -> list[MailAction]:
    """Every mail that was left for notify."""
    stream = identity.ops.jetstream()
    found, sequence = [], 1
    while True:
        try:
            message = await stream.get_msg("JOBS", seq=sequence, subject=MailAction.subject, next=True)
        except NotFoundError:
            return sorted(found, key=lambda mail: mail.part)  # the relay keeps no order
        found.append(MailAction.model_validate_json(message.data or b""))
        sequence = (message.seq or 0) + 1


def of(identity: Identity, people: tuple[UUID, UUID, UUID], contact_id: UUID | None) -> TellPeople:
    return TellPeople(
        agency=identity.agency.id,
        id=new_id(),
        action=Action.CERTIFICATE_HOLDER_ADDED,
        account=people[0],
        contact=contact_id,
        at=datetime.now(UTC),
        facts={"holder": "First Prairie Bank"},
    )


async def told(identity: Identity, **change: object) -> None:
    wanted = WhoIsToldChange.model_validate({"certificate_holder_added": EVERYBODY, **change})
    await Asker(identity.ops).ask(ChangeAgency(agency=SLUG, changes=SettingsChange(who_is_told=wanted)))


async def test_each_whom_the_agency_wants_gets_one_mail_in_the_own_language(
    nats_server: NatsServer, identity: Identity
) -> None:
    people = await household(identity)
    await leave(nats_server, identity, of(identity, people, people[2]))
    assert await mails(identity) == []  # by default nobody is mailed about holders
    await told(identity, address="service@oakhill.example")
    await leave(nats_server, identity, of(identity, people, people[2]), times=2)
    sent = await mails(identity)
    first = {mail.delivery: mail for mail in sent}  # a repeat leaves the same deliveries, and notify sends each once
    assert [(mail.part, mail.to, mail.language) for mail in first.values()] == [
        ("agent", "service@oakhill.example", "en"),
        ("customer", ROBIN, "es"),
        ("primary", PAT, "en"),
    ]
    assert {(mail.actor, mail.account_name, mail.facts["holder"]) for mail in sent} == {
        ("Robin Rivera", "Rivera household", "First Prairie Bank")
    }


async def test_the_primary_contact_is_told_once_and_who_has_no_access_not_at_all(
    nats_server: NatsServer, identity: Identity
) -> None:
    people = await household(identity)
    await told(identity)
    await leave(nats_server, identity, of(identity, people, people[1]))
    assert [(mail.part, mail.to) for mail in await mails(identity)] == [
        ("agent", identity.agency.email),
        ("customer", PAT),
    ]
    await identity.ops.jsm().purge_stream("JOBS")
    await identity.publish("contact", "c-2", 2, contact("a-1", ROBIN, role="second", first_name="Robin", access=False))
    await leave(nats_server, identity, of(identity, people, people[2]))
    assert [(mail.part, mail.to) for mail in await mails(identity)] == [
        ("agent", identity.agency.email),
        ("primary", PAT),
    ]


async def test_a_change_of_one_choice_leaves_the_others(identity: Identity) -> None:
    system = stack.signed(identity.agency.id, kind=Kind.SYSTEM, scopes=(Scope.AGENCY_ADMIN,))
    one = WhoIsToldChange(request_made=ToldChange(task=False))
    after = await identity.asker.ask(ChangeSettings(changes=SettingsChange(who_is_told=one)), system)
    before = WhoIsTold()
    assert after.details.who_is_told == before.model_copy(
        update={"request_made": before.request_made.model_copy(update={"task": False})}
    )
    assert json.loads(after.details.model_dump_json())["sign_in"]["disclosure"] == "explicit"


async def test_what_staff_and_the_agencys_system_did_is_logged_in_their_name(
    nats_server: NatsServer, identity: Identity
) -> None:
    people = await household(identity)
    for by in ("ams", "contact"):
        job = RecordActivity(
            agency=identity.agency.id,
            id=new_id(),
            what=What.CERTIFICATE_HOLDER_CONFIRMED,
            account=people[0],
            contact=None if by == "ams" else people[2],
            by=by,
            at=datetime.now(UTC),
            facts={"holder": "First Prairie Bank"},
        )
        await leave(nats_server, identity, job, times=2)
    admin = stack.signed(identity.agency.id, kind=Kind.STAFF, role=Role.ADMIN)
    seen = (await identity.asker.ask(ListAgencyActivity(), admin)).items
    assert [(one.doer.kind, one.doer.name, one.contact) for one in seen] == [
        ("contact", "Robin Rivera", people[2]),
        ("ams", "", None),
    ]


def test_there_is_a_choice_for_every_action_and_words_in_the_log() -> None:
    for action in Action:
        assert isinstance(WhoIsTold().of(action), Told)
        assert action.value.replace("-", "_") in WhoIsToldChange.model_fields
        assert What(action.value)
