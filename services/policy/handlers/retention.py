"""What is kept for a while only."""

from kit.bus import Call
from services.policy import retention

from .service import service

AN_HOUR = 3600.0


@service.repeats
async def forget(call: Call, last: bool) -> float:
    """What is over, once an hour."""
    if not last:
        await retention.forget_everywhere(call)
    return AN_HOUR
