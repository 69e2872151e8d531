"""How fresh the agency's data is."""

from typing import Literal

# fresh: something came lately · quiet: the agency's system is alive and had nothing to say · stale: not even a
# heartbeat within the hours that the agency promises · never: nothing was ever heard of it
FeedState = Literal["fresh", "quiet", "stale", "never"]
