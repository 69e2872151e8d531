"""The agency's feed as identity hears it: how it is doing, what of it waits in quarantine, what is held back."""

from contracts.feed_health import GetHealth
from contracts.held_removals import CarryOut, DecideHeld, ListHeld
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught


class GetFeedHealth(GetHealth, owner="identity"):
    """How identity's kinds of the feed are doing."""


class ListCaughtEvents(ListCaught, owner="identity"):
    """Events in identity's quarantine, of one's own agency."""


class GetCaughtEvent(GetCaught, owner="identity"):
    """An event in identity's quarantine, with its body."""


class ReplayCaughtEvent(ReplayCaught, owner="identity"):
    """Sends an event in identity's quarantine again, mended or as it came."""


class ListHeldRemovals(ListHeld, owner="identity"):
    """What complete snapshots would have removed too much of, of identity's kinds."""


class DecideHeldRemoval(DecideHeld, owner="identity"):
    """An admin's decision about one of them."""


class CarryOutRemoval(CarryOut, owner="identity", enqueued_by=("identity",)):
    """Removes what an admin has decided about."""
