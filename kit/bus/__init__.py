"""The bus: requests over core NATS, jobs and events over JetStream, and the feed of the AMS in batches."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .call import Call
    from .client import Asker
    from .feed_events import BadEvent, FeedEvent
    from .service import Service

__all__ = ["Asker", "BadEvent", "Call", "FeedEvent", "Service"]

HOMES = {"Asker": "client", "BadEvent": "feed_events", "Call": "call", "FeedEvent": "feed_events", "Service": "service"}


def __getattr__(name: str) -> Any:
    # on first use: who only asks (the gateway) has no database and none of its drivers
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{HOMES[name]}", __name__), name)
