"""What was published or heard long ago is let go of, and nothing sooner: a lost stream must be filled again from it."""

from kit.bus import Service
from kit.ids import new_id
from tests.stack import eventually, running, settings_for

OUTBOX = (
    "INSERT INTO outbox (id, subject, body, made_at, sent_at)"
    " VALUES ($1, 'event.documents.id_card_issued', '{}', now() - $2::int * interval '1 day',"
    " CASE WHEN $3 THEN now() - $2::int * interval '1 day' END)"
)
INBOX = (
    "INSERT INTO inbox (consumer, message_id, body_sha256, heard_at)"
    " VALUES ('c', $1, '', now() - $2::int * interval '1 day')"
)

ATTEMPT = (
    "INSERT INTO attempts (consumer, stream, stream_sequence, times, begun_at)"
    " VALUES ('c', 'AMS', $1, 1, now() - make_interval(days => $1::bigint::int))"
)


async def test_only_what_is_old_enough_and_was_sent_is_swept(nats_server, ops_client, made_up) -> None:
    logins = await made_up("documents")
    kept, waiting = new_id(), new_id()
    for message, days, sent in ((new_id(), 8, True), (kept, 6, True), (waiting, 8, False)):
        await logins.fetch(OUTBOX, message, days, sent)
    for message, days in (("old", 36), ("young", 34)):
        await logins.fetch(INBOX, message, days)
        await logins.fetch(ATTEMPT, days)
    async with running(Service("documents"), settings_for(nats_server, logins)):

        async def left() -> tuple[set[object], set[str], set[int]]:
            outbox = await logins.fetch("SELECT id FROM outbox WHERE sent_at IS NOT NULL")
            inbox = await logins.fetch("SELECT message_id FROM inbox")
            attempts = await logins.fetch("SELECT stream_sequence AS days FROM attempts")
            return (
                {row["id"] for row in outbox},
                {row["message_id"] for row in inbox},
                {row["days"] for row in attempts},
            )

        await eventually(left, ({kept, waiting}, {"young"}, {34}))
