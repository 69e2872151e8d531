"""A batch of the AMS's feed: every kind of it, and the snapshots that it belongs to."""

from collections.abc import Sequence

from contracts.documents.feed import CarryOutRemoval
from kit import agency_deeds
from kit.bus import FeedEvent
from kit.bus.sweeps import Sweeping
from kit.database import Transaction
from kit.entities import Entities
from kit.feed_batches import Batch, RowOf, sweeper

from . import certificates, masters, received

KINDS: tuple[tuple[Entities, RowOf], ...] = (
    (certificates.CERTIFICATES, certificates.row_of),
    (masters.MASTERS, masters.row_of),
    (received.RECEIVED, received.row_of),
)
SWEEPING = Sweeping(
    {entities.kind: sweeper(entities) for entities, _ in KINDS}, agency_deeds.tell_held, CarryOutRemoval
)


async def apply(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Applies a batch of one agency; older versions than what we have are superseded and counted."""
    batch = Batch(events, [entities for entities, _ in KINDS], tx)
    await batch.begin()
    for entities, row_of in KINDS:
        await batch.keep(entities, row_of)
    await batch.end("documents", SWEEPING)
