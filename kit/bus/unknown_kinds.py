"""Events on subjects of the AMS feed that no service hears: found by their subject alone, and put into quarantine."""

import asyncio
import contextlib
import logging

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from contracts.ams import KINDS
from contracts.streams import UNKNOWN_KINDS
from kit.database import Database

from . import failures
from .bad_message import BadMessage
from .failures import Delivery
from .portal_events import refuse
from .pulls import Pull

log = logging.getLogger(__name__)

BATCH = 1000


class UnknownKindsReader:
    """Reads the subjects of the whole feed, without bodies, and quarantines what has no owner.

    Each message is acknowledged by itself: to acknowledge one and all before it would also take along what failed, or
    what another process has in hand.
    """

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._database = database
        self._pull = Pull(client, "AMS", UNKNOWN_KINDS, BATCH)
        self._stopping = False

    def stop(self) -> None:
        """Lets run() end after the batch that it holds, or at once while it waits for one."""
        self._stopping = True
        self._pull.wake()

    async def run(self) -> None:
        """Reads until stop(); outages only delay it."""
        try:
            while not self._stopping:
                try:
                    for message in await self._pull.take():
                        if message.subject.split(".")[2:] in ([kind] for kind in KINDS):
                            await message.ack()
                        else:
                            await self._settle(message)
                except Exception as error:  # whatever it is, the next message may come through
                    ours = None if isinstance(error, nats.errors.Error | OSError) else error
                    log.warning("unknown kinds: %s", type(error).__name__, exc_info=ours)
                    await asyncio.sleep(1)
        finally:
            await self._pull.close()

    async def _settle(self, message: Msg) -> None:
        try:
            await self._quarantine(message)
            await message.ack()
        except Exception as error:
            log.warning("unknown kinds: %s, to be tried again", type(error).__name__)
            with contextlib.suppress(Exception):
                await message.nak(delay=failures.delay(message.metadata.num_delivered))

    async def _quarantine(self, message: Msg) -> None:
        delivery = Delivery(message, UNKNOWN_KINDS)
        try:
            stored = await self._client.jetstream(timeout=5).get_msg("AMS", delivery.stream_sequence)
        except NotFoundError:
            log.warning("an event of an unknown kind was too old to be read", extra={"subject": message.subject})
            return
        message.data = stored.data or b""
        bad = BadMessage("unknown_kind", f"No event belongs on {message.subject}; kinds are {', '.join(KINDS)}.")
        async with self._database.transaction(None) as transaction:
            await refuse(message.subject.split(".")[1], transaction, delivery, bad)
