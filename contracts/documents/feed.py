"""The agency's feed as documents hears it: how it is doing, and what of it waits in quarantine."""

from contracts.feed_health import GetHealth
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught


class GetFeedHealth(GetHealth, owner="documents"):
    """How documents' kinds of the feed are doing."""


class ListCaughtEvents(ListCaught, owner="documents"):
    """Events in documents' quarantine, of one's own agency."""


class GetCaughtEvent(GetCaught, owner="documents"):
    """An event in documents' quarantine, with its body."""


class ReplayCaughtEvent(ReplayCaught, owner="documents"):
    """Sends an event in documents' quarantine again, mended or as it came."""
