"""The agency's feed as policy hears it: how it is doing, and what of it waits in quarantine."""

from contracts.feed_health import GetHealth
from contracts.kinds import Caller
from contracts.principal import Role
from contracts.quarantine import AppliedAlready, GetCaught, ListCaught, ReplayCaught, StillWrong


class GetFeedHealth(
    GetHealth, owner="policy", caller=Caller.AGENCY, roles=(Role.ADMIN,), scope="agency:admin", reads=True
):
    """How policy's kinds of the feed are doing."""


class ListCaughtEvents(
    ListCaught, owner="policy", caller=Caller.AGENCY, roles=(Role.ADMIN,), scope="agency:admin", reads=True
):
    """Events in policy's quarantine, of one's own agency."""


class GetCaughtEvent(
    GetCaught, owner="policy", caller=Caller.AGENCY, roles=(Role.ADMIN,), scope="agency:admin", reads=True
):
    """An event in policy's quarantine, with its body."""


class ReplayCaughtEvent(
    ReplayCaught,
    owner="policy",
    caller=Caller.AGENCY,
    roles=(Role.ADMIN,),
    scope="agency:admin",
    refusals=(StillWrong, AppliedAlready),
):
    """Sends an event in policy's quarantine again, mended or as it came."""
