"""Attempts: a message on which a process ended comes back, and after a few such ends it goes into quarantine.

An error in a handler is settled by us; a handler that takes its whole process down (out of memory, a crash in a native
library) settles nothing, and the message would come back for ever. So a redelivered message is noted before it is
handled and struck off when it is settled: what is still noted when it comes again has ended a process.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.database import Database

from .bad_message import BadMessage
from .failures import Delivery

MOST = 3  # ends of a process, before the message is believed to be the cause

BEGIN = """
INSERT INTO attempts AS a (consumer, stream, stream_sequence, times) VALUES ($1, $2, $3, 1)
ON CONFLICT (consumer, stream, stream_sequence) DO UPDATE SET times = a.times + 1, begun_at = now()
RETURNING times
"""
END = "DELETE FROM attempts WHERE consumer = $1 AND stream = $2 AND stream_sequence = $3"


@asynccontextmanager
async def watched(delivery: Delivery, database: Database) -> AsyncIterator[None]:
    """Handles a message inside the block; costs nothing for one that comes for the first time.

    Raises BadMessage when its handling never came to an end too often.
    """
    if delivery.tries == 1:
        yield
        return
    place = (delivery.consumer, delivery.raw.metadata.stream, delivery.stream_sequence)
    async with database.transaction(None) as transaction:
        times = await transaction.driver.fetchval(BEGIN, *place)
    try:
        if times > MOST:
            raise BadMessage("process_ended", f"The process ended {times - 1} times while it was being handled.")
        yield
    finally:
        # struck off whether it went well or not: an error is settled by us
        async with database.transaction(None) as transaction:
            await transaction.driver.execute(END, *place)
