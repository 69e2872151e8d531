"""The record of deliveries, which makes one job one mail: queued → sending → sent, failed, expired or unknown."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from prometheus_client import Counter

from kit.database import Transaction

from .outcomes import NotNow

Kind = Literal[
    "identification_code",
    "document",
    "invitation",
    "password_link",
    "sign_in_change",
    "action",
    "portal_link",
    "webhook_given_up",
    "removal_held",
]
State = Literal["sent", "failed", "expired", "unknown"]

PREPARING = timedelta(seconds=60)  # to fetch, draw up and reach the server; after it another process may try
SENDING = timedelta(seconds=90)  # from the first byte handed over to the answer; after it the outcome is unknown
AT_ONCE = PREPARING + SENDING  # of what is never sent again: whether the hand-over had begun decides nothing there
KEPT_TRYING = timedelta(hours=4)  # a mail that nobody takes that long comes as a surprise when it comes
RESENDS: dict[str, int] = {
    "identification_code": 0,  # a second copy confuses; the person asks for a new code
    "document": 1,  # under the same Message-ID, by which mail programs know a copy
    "invitation": 1,
    "password_link": 1,
    "sign_in_change": 1,
    "action": 1,
    "portal_link": 1,
    "webhook_given_up": 1,
    "removal_held": 1,
}
DELIVERIES = Counter("portico_deliveries_total", "Mails and texts by how they ended", ["kind", "channel", "state"])


@dataclass(frozen=True)
class Delivery:
    """One mail or text; `sent_to` is masked; tried until `gives_up_at` (empty: for KEPT_TRYING).

    `contact` is whom it is for, where staff may ask what became of it.
    """

    id: UUID
    agency: UUID
    kind: Kind
    channel: Literal["email", "sms"]
    sent_to: str
    gives_up_at: datetime | None = None
    contact: UUID | None = None

    @property
    def begins_at_once(self) -> bool:
        """Whether its claim stands for its hand-over as well: no copy goes out after a crash, wherever it was."""
        return RESENDS[self.kind] == 0


@dataclass(frozen=True)
class Attempt:
    """The right to try a delivery once; `number` fences off whoever tried before and comes back late."""

    delivery: Delivery
    number: int
    resends_left: int


async def claim(delivery: Delivery, transaction: Transaction) -> Attempt | None:
    """Takes the delivery for one attempt, or nothing where there is nothing left to do.

    Raises NotNow while another attempt may still be going on.
    """
    begun = ("sending", AT_ONCE) if delivery.begins_at_once else ("queued", PREPARING)
    over = await transaction.driver.fetchval(
        "INSERT INTO deliveries"
        " (id, agency, kind, channel, sent_to, gives_up_at, contact, attempt, state, leased_until)"
        " VALUES ($1, $2, $3, $4, $5, coalesce($6, now() + $7), $8, 1, $9, now() + $10) ON CONFLICT (id) DO NOTHING"
        " RETURNING gives_up_at <= now()",
        *(delivery.id, delivery.agency, delivery.kind, delivery.channel, delivery.sent_to),
        *(delivery.gives_up_at, KEPT_TRYING, delivery.contact, *begun),
    )
    if over is not None:  # nobody has tried it before
        first = Attempt(delivery, 1, RESENDS[delivery.kind])
        if over:
            await give_up(first, 0, transaction)
        return None if over else first
    row = await transaction.driver.fetchrow(
        "SELECT state, attempt, resends, coalesce(leased_until > now(), false) AS leased, gives_up_at <= now() AS over"
        " FROM deliveries WHERE id = $1 AND agency = $2 FOR UPDATE",
        *(delivery.id, delivery.agency),
    )
    if row is None:
        raise RuntimeError("a delivery of another agency has this id")
    state, resends = row["state"], row["resends"]
    if state in ("sent", "failed", "expired") or (state == "unknown" and resends == RESENDS[delivery.kind]):
        return None
    if row["leased"]:
        raise NotNow("another attempt is going on")
    attempt = Attempt(delivery, row["attempt"], RESENDS[delivery.kind] - resends)
    if state in ("sending", "unknown"):
        # a process ended, or a connection broke, after the hand-over: it may have arrived
        if attempt.resends_left == 0 or row["over"]:
            await settle(attempt, "unknown", "nobody said whether it was taken", transaction)
            return None
        resends += 1
    elif row["over"]:
        await give_up(attempt, resends, transaction)
        return None
    await transaction.driver.execute(
        "UPDATE deliveries SET attempt = attempt + 1, resends = $3, state = $4, leased_until = now() + $5"
        " WHERE id = $1 AND agency = $2",
        *(delivery.id, delivery.agency, resends, *begun),
    )
    return Attempt(delivery, attempt.number + 1, RESENDS[delivery.kind] - resends)


async def give_up(attempt: Attempt, resends: int, transaction: Transaction) -> None:
    """Its time is over; the reason of the last try stays."""
    if attempt.delivery.kind == "identification_code":
        await settle(attempt, "expired", "", transaction)
    elif resends:
        await settle(attempt, "unknown", "", transaction)  # the first copy may have arrived
    else:
        await settle(attempt, "failed", "", transaction)


def demand_time(delivery: Delivery) -> None:
    """Raises NotNow where its time is over: for what has begun with its claim."""
    if delivery.gives_up_at is not None and delivery.gives_up_at <= datetime.now(UTC):
        raise NotNow("its time is over")


async def begin(attempt: Attempt, transaction: Transaction) -> None:
    """Notes that the next byte may deliver it; raises NotNow where its time is over or another attempt took over."""
    begun = await transaction.driver.fetchval(
        "UPDATE deliveries SET state = 'sending', leased_until = now() + $4"
        " WHERE id = $1 AND agency = $2 AND attempt = $3 AND state = 'queued' AND gives_up_at > now() RETURNING true",
        *(attempt.delivery.id, attempt.delivery.agency, attempt.number, SENDING),
    )
    if not begun:
        raise NotNow("its time is over")


async def postpone(attempt: Attempt, reason: str, transaction: Transaction) -> None:
    """Certainly not sent: free for the next attempt."""
    await transaction.driver.execute(
        "UPDATE deliveries SET state = 'queued', leased_until = NULL, reason = $4"
        " WHERE id = $1 AND agency = $2 AND attempt = $3",
        *(attempt.delivery.id, attempt.delivery.agency, attempt.number, reason),
    )


async def settle(attempt: Attempt, state: State, reason: str, transaction: Transaction, provider_id: str = "") -> None:
    """How it ended; an empty reason keeps that of the last try. Only `unknown` may be followed by another attempt."""
    settled = await transaction.driver.fetchval(
        "UPDATE deliveries SET state = $4, leased_until = NULL, provider_id = $6, settled_at = now(),"
        " reason = CASE WHEN $4 = 'sent' THEN '' WHEN $5 = '' THEN reason ELSE $5 END"
        " WHERE id = $1 AND agency = $2 AND attempt = $3 RETURNING true",
        *(attempt.delivery.id, attempt.delivery.agency, attempt.number, state, reason, provider_id),
    )
    if settled:
        DELIVERIES.labels(attempt.delivery.kind, attempt.delivery.channel, state).inc()
