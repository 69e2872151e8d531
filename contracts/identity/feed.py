"""The agency's feed as identity hears it: how it is doing, and what of it waits in quarantine."""

from contracts.feed_health import GetHealth
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught


class GetFeedHealth(GetHealth, owner="identity"):
    """How identity's kinds of the feed are doing."""


class ListCaughtEvents(ListCaught, owner="identity"):
    """Events in identity's quarantine, of one's own agency."""


class GetCaughtEvent(GetCaught, owner="identity"):
    """An event in identity's quarantine, with its body."""


class ReplayCaughtEvent(ReplayCaught, owner="identity"):
    """Sends an event in identity's quarantine again, mended or as it came."""
