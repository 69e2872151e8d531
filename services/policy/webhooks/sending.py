"""Sends what is due: a few events of a webhook at once, a few webhooks of an agency, and those that fail apart."""

import asyncio
import logging
import time
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from contracts.identity.activities import What
from contracts.identity.sessions import Browser
from contracts.identity.telling import TellWebhookGivenUp, WebhookEnd
from contracts.portal_events import WebhookGivenUp
from kit import agency_deeds
from kit.agencies import agency_details
from kit.bus import Call
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from kit.ids import new_id
from kit.sealing import Seal

from . import deliveries, queue, registry
from .deliveries import Due
from .posting import Answer, Poster
from .queue import Turn
from .signing import headers_of

log = logging.getLogger(__name__)

LANES = {False: 24, True: 8}  # webhooks at once in this process: those that answer, and those that fail
OF_AGENCY = 4  # of one agency at once
AT_ONCE = 4  # events of one webhook at once; one while it fails
TURN = 20.0  # seconds; with the slowest answer still well within the lease
LAST_WORDS = 3.0  # seconds that what is under way is given when the process stops
PAUSE = 0.5  # seconds between looks at the line

WEBHOOK = """
SELECT id, url, secret, CASE WHEN old_secret_until > now() THEN old_secret END AS old_secret, failing_since, failures
FROM webhooks WHERE id = $1 AND off_at IS NULL
"""


class Sender:
    """Takes turns from the line and sends, until its process stops."""

    def __init__(self, seal: Seal, poster: Poster) -> None:
        self.seal = seal
        self.poster = poster
        self._turns: dict[asyncio.Task[None], tuple[Turn, bool]] = {}
        self._stopping = False

    async def look(self, call: Call, *, last: bool) -> float:
        """Takes as many turns as there is room for; returns the seconds until the next look.

        The last time it takes none, and waits a little for those that are under way.
        """
        if last:
            self._stopping = True
            if self._turns:
                _, late = await asyncio.wait(self._turns, timeout=LAST_WORDS)
                for task in late:
                    task.cancel()  # what it was at comes again, when its lease is over
            return 0.0
        busy = Counter(turn.agency for turn, _ in self._turns.values())
        for failing, room in LANES.items():
            free = room - sum(lane is failing for _, lane in self._turns.values())
            async with call.transaction() as transaction:
                turns = await queue.claim(free, busy, OF_AGENCY, transaction, failing=failing)
            for turn in turns:
                busy[turn.agency] += 1
                task = asyncio.get_running_loop().create_task(self._take(turn, call))
                self._turns[task] = (turn, failing)
                task.add_done_callback(self._turns.pop)
        return PAUSE

    async def _take(self, turn: Turn, call: Call) -> None:
        end = time.monotonic() + TURN
        try:
            while not self._stopping and time.monotonic() < end and await self._send_some(turn, call):
                pass
            async with call.transaction(turn.agency) as transaction:
                await queue.finish(turn, transaction)
        except Exception as error:  # the lease ends by itself, and another look finds it again
            log.warning("a webhook's turn: %s", type(error).__name__, exc_info=error)

    async def _send_some(self, turn: Turn, call: Call) -> bool:
        """Sends what is due, and says whether there may be more."""
        async with call.transaction(turn.agency) as transaction:
            webhook = await transaction.driver.fetchrow(WEBHOOK, turn.webhook)
            if webhook is None:
                return False
            slow = webhook["failures"] >= queue.FAILING
            due = await deliveries.due(turn.webhook, 1 if slow else AT_ONCE, transaction)
            details = await agency_details(transaction, turn.agency)
        if not due:
            return False
        secrets = registry.live_secrets(webhook, self.seal, turn.agency)
        demo = details is not None and details.demo

        async def send(each: Due) -> Answer:
            headers = headers_of(each.message, int(time.time()), each.body, secrets)
            return await self.poster.post(webhook["url"], headers, each.body, loopback=demo)

        answers = await asyncio.gather(*(send(each) for each in due))
        tried = list(zip(due, answers, strict=True))
        async with call.transaction(turn.agency) as transaction:
            if why := await deliveries.settle(turn.webhook, tried, transaction):
                await _give_up(turn.webhook, why, transaction)
        return all(answer.taken for answer in answers)


async def _give_up(webhook: UUID, why: WebhookEnd, tx: Transaction) -> None:
    """Off by rule, and told to everybody who can do something about it."""
    row = await tx.driver.fetchrow("SELECT url, failing_since FROM webhooks WHERE id = $1 AND off_at IS NULL", webhook)
    details = await agency_details(tx, tx.agency)
    if row is None or details is None:
        return
    await registry.turn_off(webhook, tx, by_rule=True)
    told = WebhookGivenUp(webhook=webhook, url=row["url"], failing_since=row["failing_since"], problem=why)
    leave_portal_event(tx, details.slug, told)
    tx.enqueue(
        TellWebhookGivenUp(
            agency=tx.agency,
            id=new_id(),
            webhook=webhook,
            host=urlsplit(row["url"]).hostname or "",
            why=why,
            failing_since=row["failing_since"],
            at=datetime.now(UTC),
        )
    )
    await agency_deeds.record(What.WEBHOOK_GIVEN_UP, None, Browser(), {"url": row["url"]}, tx)
