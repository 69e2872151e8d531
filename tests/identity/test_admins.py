"""Admins: each who is still there hears once that a webhook was turned off, and nobody else does."""

from datetime import UTC, datetime

from nats.js.errors import NotFoundError

from contracts.identity.telling import TellWebhookGivenUp
from contracts.notify import MailWebhookGivenUp
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests import stack
from tests.identity.conftest import Identity

JOB = "identity-job-identity-tell_webhook_given_up"
STAFF = "INSERT INTO staff (id, agency, email, name, role, active) VALUES ($1, $2, $3, $4, $5, $6)"
CREW = (
    ("ada@oakhill.example", "admin", True),
    ("ben@oakhill.example", "admin", True),
    ("cy@oakhill.example", "agent", True),
    ("dee@oakhill.example", "admin", False),
)


async def mails(identity: Identity) -> list[MailWebhookGivenUp]:
    """Every such mail that was left for notify."""
    stream, found, sequence = identity.ops.jetstream(), [], 1
    while True:
        try:
            message = await stream.get_msg("JOBS", seq=sequence, subject=MailWebhookGivenUp.subject, next=True)
        except NotFoundError:
            return sorted(found, key=lambda mail: mail.to)  # the relay keeps no order
        found.append(MailWebhookGivenUp.model_validate_json(message.data or b""))
        sequence = (message.seq or 0) + 1


async def test_every_admin_is_told_of_a_webhook_that_was_turned_off(
    identity: Identity, nats_server: NatsServer
) -> None:
    await identity.logins.fetch("DELETE FROM staff")
    for email, role, active in CREW:
        name = email.split("@", 1)[0].title()
        await identity.logins.fetch(STAFF, new_id(), identity.agency.id, email, name, role, active)
    await identity.logins.fetch(STAFF, new_id(), new_id(), "eve@elsewhere.example", "Eve", "admin", True)
    now = datetime.now(UTC)
    job = TellWebhookGivenUp(
        agency=identity.agency.id,
        id=new_id(),
        webhook=new_id(),
        host="hooks.oakhill.example",
        why="gone",
        failing_since=now,
        at=now,
    )
    policy = await stack.connect(nats_server, "policy")
    for number in range(2):  # what comes again leaves the same deliveries
        headers = {"Nats-Msg-Id": f"{job.id}-{number}"}
        await policy.jetstream().publish(job.subject, job.model_dump_json().encode(), headers=headers)
    await stack.eventually(lambda: stack.unsettled(identity.ops, "JOBS", JOB), 0)
    await stack.eventually(lambda: identity.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0)
    await policy.close()
    left = {mail.delivery: mail for mail in await mails(identity)}
    told = sorted(left.values(), key=lambda mail: mail.to)
    assert [(mail.to, mail.name) for mail in told] == [("ada@oakhill.example", "Ada"), ("ben@oakhill.example", "Ben")]
    assert all((mail.webhook, mail.host, mail.why) == (job.webhook, job.host, "gone") for mail in told)
