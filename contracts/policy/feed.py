"""The agency's feed as policy hears it: how it is doing, what of it waits in quarantine, what is held back."""

from contracts.feed_health import GetHealth
from contracts.held_removals import CarryOut, DecideHeld, ListHeld
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught


class GetFeedHealth(GetHealth, owner="policy"):
    """How policy's kinds of the feed are doing."""


class ListCaughtEvents(ListCaught, owner="policy"):
    """Events in policy's quarantine, of one's own agency."""


class GetCaughtEvent(GetCaught, owner="policy"):
    """An event in policy's quarantine, with its body."""


class ReplayCaughtEvent(ReplayCaught, owner="policy"):
    """Sends an event in policy's quarantine again, mended or as it came."""


class ListHeldRemovals(ListHeld, owner="policy"):
    """What complete snapshots would have removed too much of, of policy's kinds."""


class DecideHeldRemoval(DecideHeld, owner="policy"):
    """An admin's decision about one of them."""


class CarryOutRemoval(CarryOut, owner="policy", enqueued_by=("policy",)):
    """Removes what an admin has decided about."""
