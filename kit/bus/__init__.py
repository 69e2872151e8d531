"""The bus: requests over core NATS, jobs and events over JetStream, and the feed of the AMS in batches."""

from .call import Call
from .client import Asker
from .feed import BadEvent, FeedEvent
from .service import Service

__all__ = ["Asker", "BadEvent", "Call", "FeedEvent", "Service"]
