"""One delivery sent once: claimed, handed over, settled, whatever happens in between."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from kit.bus import Call
from kit.bus.failures import is_outage
from kit.database import Transaction

from . import deliveries
from .deliveries import Attempt, Delivery, State
from .outcomes import NotNow, Refused, Uncertain

log = logging.getLogger(__name__)

Begin = Callable[[], Awaitable[None]]
HandOver = Callable[[Begin], Awaitable[str]]
"""Sends it: awaits `begin` right before the first byte that could deliver it; returns the provider's id of it."""

MARGIN = 5.0  # seconds that a lease outlasts what it covers


async def send_once(delivery: Delivery, hand_over: HandOver, call: Call) -> None:
    """Sends a delivery unless that is done already.

    Raises NotNow where the bus shall bring the job back. What is neither refused nor put off is a mistake of ours and
    leaves as it is, once it is on record.
    """
    async with call.transaction(delivery.agency) as transaction:
        attempt = await claim(delivery, transaction)
    if attempt is not None:
        await deliver(attempt, hand_over, call)


async def claim(delivery: Delivery, transaction: Transaction) -> Attempt | None:
    """Takes the delivery for one attempt, or says that nothing is left to do; raises NotNow."""
    attempt = await deliveries.claim(delivery, transaction)
    if attempt is None:
        _note("nothing left to send", delivery)
    return attempt


async def deliver(attempt: Attempt, hand_over: HandOver, call: Call) -> None:
    """Sends what was claimed, in a transaction that has committed, and notes what became of it; raises as above."""
    delivery = attempt.delivery
    begun = False

    async def begin() -> None:
        nonlocal begun
        if delivery.begins_at_once:
            deliveries.demand_time(delivery)
        else:
            async with call.transaction(delivery.agency) as transaction:
                await deliveries.begin(attempt, transaction)
        begun = True
        clock.reschedule(loop.time() + deliveries.SENDING.total_seconds() - MARGIN)

    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(deliveries.PREPARING.total_seconds() - MARGIN) as clock:
            provider_id = await hand_over(begin)
    except Refused as refusal:
        await _settle(attempt, "failed", str(refusal), call)
    except NotNow as problem:
        await _postpone(attempt, str(problem), call)
        raise
    except Uncertain as problem:
        await _unknown(attempt, str(problem), call)
    except TimeoutError:
        if begun:
            await _unknown(attempt, "no answer in time", call)
        else:
            await _postpone(attempt, "not reached in time", call)
            raise NotNow("not reached in time") from None
    except Exception as mistake:
        if not is_outage(mistake):  # of the database, where nothing can be noted now: the lease decides
            await _mistaken(attempt, f"a mistake of ours: {type(mistake).__name__}", begun, call)
        raise
    else:
        await _settle(attempt, "sent", "", call, provider_id)


async def _mistaken(attempt: Attempt, reason: str, begun: bool, call: Call) -> None:
    if begun:
        await _settle(attempt, "unknown", reason, call)
    elif attempt.delivery.kind == "identification_code":
        await _settle(attempt, "failed", reason, call)
    else:
        await _postpone(attempt, reason, call)  # once mended, it can be replayed from quarantine


async def _unknown(attempt: Attempt, reason: str, call: Call) -> None:
    await _settle(attempt, "unknown", reason, call)
    if attempt.resends_left:
        raise NotNow(reason)


async def _postpone(attempt: Attempt, reason: str, call: Call) -> None:
    async with call.transaction(attempt.delivery.agency) as transaction:
        await deliveries.postpone(attempt, reason, transaction)
    _note("put off", attempt.delivery, attempt=attempt.number, reason=reason)


async def _settle(attempt: Attempt, state: State, reason: str, call: Call, provider_id: str = "") -> None:
    async with call.transaction(attempt.delivery.agency) as transaction:
        await deliveries.settle(attempt, state, reason, transaction, provider_id)
    _note(state, attempt.delivery, attempt=attempt.number, reason=reason)


def _note(what: str, delivery: Delivery, **facts: str | int) -> None:
    level = logging.WARNING if what in ("failed", "unknown", "put off") else logging.INFO
    about = {"delivery": str(delivery.id), "kind": delivery.kind, "channel": delivery.channel, "to": delivery.sent_to}
    log.log(level, what, extra={**about, **facts})
