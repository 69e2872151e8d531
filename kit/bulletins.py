"""Bulletins: events that tell of many things at once, as few of them as the bus takes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from contracts import ams
from contracts.kinds import MOST_CHANGED, Event

from .database import Transaction

LARGEST = ams.MAX_EVENT_BYTES * 3 // 4  # bytes of a body: what is too large for the bus would stay in the outbox
Thing = TypeVar("Thing")


def tell(things: Sequence[Thing], event_of: Callable[[Sequence[Thing]], Event], tx: Transaction) -> None:
    """Tells of all these things, MOST_CHANGED at most in one event; nothing where there are none."""
    for first in range(0, len(things), MOST_CHANGED):
        _tell(things[first : first + MOST_CHANGED], event_of, tx)


def _tell(some: Sequence[Thing], event_of: Callable[[Sequence[Thing]], Event], tx: Transaction) -> None:
    event = event_of(some)
    body = event.model_dump_json().encode()
    if len(body) > LARGEST and len(some) > 1:
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            _tell(half, event_of, tx)
    else:
        tx.leave(event.subject, body)
