"""The agency's feed as policy hears it: how it is doing, and what of it waits in quarantine."""

from contracts.feed_health import GetHealth
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught


class GetFeedHealth(GetHealth, owner="policy"):
    """How policy's kinds of the feed are doing."""


class ListCaughtEvents(ListCaught, owner="policy"):
    """Events in policy's quarantine, of one's own agency."""


class GetCaughtEvent(GetCaught, owner="policy"):
    """An event in policy's quarantine, with its body."""


class ReplayCaughtEvent(ReplayCaught, owner="policy"):
    """Sends an event in policy's quarantine again, mended or as it came."""
