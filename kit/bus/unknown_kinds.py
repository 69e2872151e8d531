"""Events on subjects of the AMS feed that no service hears: found by their subject alone, and put into quarantine."""

import asyncio
import logging

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from contracts.ams import KINDS
from contracts.streams import UNKNOWN_KINDS
from kit.database import Database

from . import failures
from .failures import BadMessage, Delivery

log = logging.getLogger(__name__)

BATCH = 1000


class UnknownKindsReader:
    """Reads the subjects of the whole feed, without bodies, and quarantines what has no owner."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._database = database
        self._stopping = False

    def stop(self) -> None:
        """Lets run() end after the batch that it holds."""
        self._stopping = True

    async def run(self) -> None:
        """Reads until stop(); outages only delay it."""
        stream = self._client.jetstream(timeout=5)
        subscription: JetStreamContext.PullSubscription | None = None
        while not self._stopping:
            try:
                if subscription is None:
                    subscription = await stream.pull_subscribe_bind(UNKNOWN_KINDS, stream="AMS")
                messages = await subscription.fetch(BATCH, timeout=1)
                for message in messages:
                    if message.subject.split(".")[2:] not in ([kind] for kind in KINDS):
                        await self._quarantine(stream, message)
                if messages:
                    await messages[-1].ack()  # acknowledges all before it too
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            except Exception as error:
                log.warning("unknown kinds: %s", type(error).__name__)
                await asyncio.sleep(1)

    async def _quarantine(self, stream: JetStreamContext, message: Msg) -> None:
        stored = await stream.get_msg("AMS", message.metadata.sequence.stream)
        message.data = stored.data or b""
        subject = message.subject.split(".")
        bad = BadMessage("unknown_kind", f"No event belongs on {message.subject}; kinds are {', '.join(KINDS)}.")
        async with self._database.transaction(None) as transaction:
            await failures.quarantine(transaction, Delivery(message, UNKNOWN_KINDS), bad, subject[1])
