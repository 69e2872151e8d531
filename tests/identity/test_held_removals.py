"""Where a snapshot would put most people out nobody is put out, and each admin hears of it once."""

from datetime import UTC, datetime

import pytest
from nats.js.errors import NotFoundError

from contracts.identity.feed import DecideHeldRemoval, ListHeldRemovals
from contracts.identity.sessions import ResolveSession
from contracts.identity.telling import TellRemovalHeld
from contracts.kinds import SignInRequired
from contracts.notify import MailRemovalHeld
from contracts.portal_events import HeldKind
from contracts.principal import Kind, Role
from kit.ids import new_id
from ops.stack.nats import NatsServer
from tests import stack

from .conftest import SLUG, Identity, account, contact
from .test_admins import CREW, STAFF
from .test_snapshots import end, say, start

PAT = "pat@example.com"


async def mails(identity: Identity) -> dict[str, list[MailRemovalHeld]]:
    """Those that were left for notify, by whom they are for; of one delivery notify sends one."""
    stream, found, sequence = identity.ops.jetstream(), {}, 1
    while True:
        try:
            message = await stream.get_msg("JOBS", seq=sequence, subject=MailRemovalHeld.subject, next=True)
        except NotFoundError:
            return found
        mail = MailRemovalHeld.model_validate_json(message.data or b"")
        found.setdefault(mail.to, []).append(mail)
        sequence = (message.seq or 0) + 1


async def test_nobody_is_out_before_an_admin_wants_it_and_each_admin_hears_of_it(
    identity: Identity, nats_server: NatsServer
) -> None:
    await identity.logins.fetch("DELETE FROM staff")
    for email, role, active in CREW:
        await identity.logins.fetch(STAFF, new_id(), identity.agency.id, email, email[:3].title(), role, active)
    await say(identity, "account", "A1", 1, account())
    await say(identity, "contact", "K0", 1, contact("A1", PAT))
    stream = identity.ops.jetstream()
    for number in range(1, 30):
        body = stack.cloud_event("contact", f"K{number}", 1, contact("A1", f"k{number}@example.com"))
        await stream.publish(f"ams.{SLUG}.contact", body)
    await stack.eventually(lambda: stack.unsettled(identity.ops, "AMS", "identity-ams"), 0)
    session = await identity.sign_in(PAT)
    await start(identity, "S")
    await say(identity, "account", "A1", 1, account(), snapshot="S")
    await end(identity, "S", account=1, contact=0)
    await identity.asker.ask(ResolveSession(token=session.token))

    admin = stack.signed(identity.agency.id, kind=Kind.STAFF, role=Role.ADMIN)
    (removal,) = (await identity.asker.ask(ListHeldRemovals(), admin)).items
    assert removal.facts() == {"kind": "contact", "going": "30", "there": "30"}
    noted = "SELECT facts ->> 'going' FROM activities WHERE what = $1"
    assert await identity.logins.value(noted, "removal-held") == "30"
    policy = await stack.connect(nats_server, "policy")  # which says the same of its kinds
    kinds = [HeldKind(kind="policy", going=40, there=41)]
    job = TellRemovalHeld(
        agency=identity.agency.id, snapshot="S", began_at=removal.began_at, kinds=kinds, at=datetime.now(UTC)
    )
    await policy.jetstream().publish(job.subject, job.model_dump_json().encode())
    await policy.close()
    admins = {email for email, role, active in CREW if active and role == "admin"}

    async def counts() -> dict[str, int]:
        return {email: len(of_one) for email, of_one in (await mails(identity)).items()}

    await stack.eventually(counts, dict.fromkeys(admins, 2))  # of identity's word and of policy's
    told = await mails(identity)
    assert all(len({mail.delivery for mail in of_one}) == 1 for of_one in told.values())
    assert len({mail.delivery for of_one in told.values() for mail in of_one}) == len(told)

    await identity.asker.ask(DecideHeldRemoval(held=removal.id, remove=True), admin)
    await stack.eventually(lambda: identity.logins.value("SELECT state FROM held_removals"), "removed")
    with pytest.raises(SignInRequired):
        await identity.asker.ask(ResolveSession(token=session.token))
    assert await identity.logins.value(noted, "removal-wanted") == "30"
    assert await identity.logins.value("SELECT count(*) FROM activities WHERE what = 'access-ended'") == 30
