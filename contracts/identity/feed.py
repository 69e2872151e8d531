"""The agency's feed as identity hears it: how it is doing, and what of it waits in quarantine."""

from contracts.feed_health import GetHealth
from contracts.kinds import Caller
from contracts.principal import Role
from contracts.quarantine import AppliedAlready, GetCaught, ListCaught, ReplayCaught, StillWrong


class GetFeedHealth(
    GetHealth, owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), scope="agency:admin", reads=True
):
    """How identity's kinds of the feed are doing."""


class ListCaughtEvents(
    ListCaught, owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), scope="agency:admin", reads=True
):
    """Events in identity's quarantine, of one's own agency."""


class GetCaughtEvent(
    GetCaught, owner="identity", caller=Caller.AGENCY, roles=(Role.ADMIN,), scope="agency:admin", reads=True
):
    """An event in identity's quarantine, with its body."""


class ReplayCaughtEvent(
    ReplayCaught,
    owner="identity",
    caller=Caller.AGENCY,
    roles=(Role.ADMIN,),
    scope="agency:admin",
    refusals=(StillWrong, AppliedAlready),
):
    """Sends an event in identity's quarantine again, mended or as it came."""
