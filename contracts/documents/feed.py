"""The agency's feed as documents hears it: how it is doing, what of it waits in quarantine, what is held back."""

from contracts.feed_health import GetHealth
from contracts.held_removals import CarryOut, DecideHeld, ListHeld
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught


class GetFeedHealth(GetHealth, owner="documents"):
    """How documents' kinds of the feed are doing."""


class ListCaughtEvents(ListCaught, owner="documents"):
    """Events in documents' quarantine, of one's own agency."""


class GetCaughtEvent(GetCaught, owner="documents"):
    """An event in documents' quarantine, with its body."""


class ReplayCaughtEvent(ReplayCaught, owner="documents"):
    """Sends an event in documents' quarantine again, mended or as it came."""


class ListHeldRemovals(ListHeld, owner="documents"):
    """What complete snapshots would have removed too much of, of documents's kinds."""


class DecideHeldRemoval(DecideHeld, owner="documents"):
    """An admin's decision about one of them."""


class CarryOutRemoval(CarryOut, owner="documents", enqueued_by=("documents",)):
    """Removes what an admin has decided about."""
