"""How fresh an agency's data is."""

from contracts.policy.freshness import Freshness, GetFreshness
from kit.bus import Call
from services.policy.freshness import freshness_of

from .service import service


@service.answers(GetFreshness)
async def get_freshness(_: GetFreshness, call: Call) -> Freshness:
    """For pages of what other services hold."""
    async with call.transaction() as transaction:
        return await freshness_of(transaction)
