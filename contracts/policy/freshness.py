"""How fresh the agency's data is."""

from datetime import datetime
from typing import Literal

from contracts.kinds import Caller, Model, Request

# fresh: something came lately · quiet: the agency's system is alive and had nothing to say · stale: not even a
# heartbeat within the hours that the agency promises · never: nothing was ever heard of it
FeedState = Literal["fresh", "quiet", "stale", "never"]


class Freshness(Model):
    """When the agency's system was last heard from (None: never), and what that means."""

    as_of: datetime | None
    feed: FeedState


class GetFreshness(Request[Freshness], owner="policy", caller=Caller.INSURED, reads=True):
    """How fresh what the agency has on file is, for pages whose own answers do not say so."""
