"""Whether what the gateway remembers can still be trusted: events reach it only while it is connected to the bus."""

from collections import OrderedDict
from typing import Generic, TypeVar

from nats.aio.client import Client

K = TypeVar("K")
V = TypeVar("V")
Stamp = tuple[int, int]


class Memory(Generic[K, V]):
    """A bounded memory that is emptied when the bus connection was lost, since events were missed then."""

    def __init__(self, client: Client, limit: int) -> None:
        self._client = client
        self._limit = limit
        self._items: OrderedDict[K, V] = OrderedDict()
        self._connection = client.stats["reconnects"]
        self._drops = 0

    def stamp(self) -> Stamp:
        """To be taken before a question is asked whose answer is to be kept."""
        return self._client.stats["reconnects"], self._drops

    def get(self, key: K) -> V | None:
        """What is remembered and still good."""
        reconnects = self._client.stats["reconnects"]
        if reconnects != self._connection or not self._client.is_connected:
            self._items.clear()
            self._connection = reconnects
            return None
        value = self._items.get(key)
        if value is not None:
            self._items.move_to_end(key)
        return value

    def keep(self, key: K, value: V, stamp: Stamp) -> None:
        """Remembers an answer, unless something was dropped or missed since its question: it may be old already."""
        if stamp != self.stamp() or not self._client.is_connected:
            return
        self._items[key] = value
        if len(self._items) > self._limit:
            self._items.popitem(last=False)

    def drop(self, key: K) -> V | None:
        """Forgets one thing, and whatever is being asked right now."""
        self._drops += 1
        return self._items.pop(key, None)
