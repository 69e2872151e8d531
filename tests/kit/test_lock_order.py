"""Messages are written into the inbox in one order, so that two processes with the same ones never deadlock."""

from typing import Any

import asyncpg
from nats.aio.msg import Msg

from kit.bus.failures import Delivery, note_heard
from kit.database import Database, Transaction
from tests.locking import Rows
from tests.logins import Logins

HEARD = "INSERT INTO inbox (consumer, message_id, body_sha256) VALUES ('c', '{0}', sha256('{0}'))"


def delivery(name: str, place: int) -> Delivery:
    acknowledgement = f"$JS.ACK.AMS.policy-ams.1.{place}.{place}.1700000000000000000.0"
    return Delivery(Msg(None, reply=acknowledgement, data=name.encode()), "c", name)  # type: ignore[arg-type]


async def is_taken(logins: Logins, name: str) -> bool:
    """Whether somebody who has not committed yet has written this message."""
    connection = await asyncpg.connect(logins.server.dsn(logins.database), ssl=False)
    try:
        await connection.execute("BEGIN; SET LOCAL lock_timeout = 20")  # ms; whoever has it keeps it meanwhile
        await connection.execute(HEARD.format(name))
    except asyncpg.LockNotAvailableError:
        return True
    finally:
        await connection.close()
    return False


async def test_messages_are_noted_in_the_order_of_their_ids(made_up: Any, open_database: Any) -> None:
    logins: Logins = await made_up("policy")
    database: Database = open_database(logins)
    batch = [delivery(name, place) for place, name in enumerate("CAB", 1)]
    fresh: set[int] = set()

    async def note(tx: Transaction) -> None:
        fresh.update(await note_heard(tx, batch))

    async with Rows(logins, database).stuck(note, HEARD.format("B")):
        assert [await is_taken(logins, name) for name in "ABC"] == [True, True, False]
    assert fresh == {1, 2}
