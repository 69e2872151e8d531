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

from .bad_message import BadMessage
from .failures import Delivery
from .portal_events import refuse

log = logging.getLogger(__name__)

BATCH = 1000


class UnknownKindsReader:
    """Reads the subjects of the whole feed, without bodies, and quarantines what has no owner."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._database = database
        self._stopping = False
        self._fetching: asyncio.Future[list[Msg]] | None = None

    def stop(self) -> None:
        """Lets run() end after the batch that it holds, or at once while it waits for one."""
        self._stopping = True
        if self._fetching is not None:
            self._fetching.cancel()

    async def run(self) -> None:
        """Reads until stop(); outages only delay it."""
        stream = self._client.jetstream(timeout=5)
        subscription: JetStreamContext.PullSubscription | None = None
        while not self._stopping:
            try:
                if subscription is None:
                    subscription = await stream.pull_subscribe_bind(UNKNOWN_KINDS, stream="AMS")
                self._fetching = asyncio.ensure_future(subscription.fetch(BATCH, timeout=1))
                messages = await self._fetching
                self._fetching = None
                for message in messages:
                    if message.subject.split(".")[2:] not in ([kind] for kind in KINDS):
                        await self._quarantine(stream, message)
                if messages:
                    await messages[-1].ack()  # acknowledges all before it too
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
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
            await refuse(subject[1], transaction, Delivery(message, UNKNOWN_KINDS), bad)
