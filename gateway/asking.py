"""Asking services from the gateway: over its own connection, or over the one that can only read."""

from nats.aio.client import Client

from kit.bus import Asker


class Askers(Asker):
    """The gateway's asker; `reading` asks as the second user of the bus, which may publish nothing that writes."""

    def __init__(self, client: Client, viewing: Client) -> None:
        super().__init__(client)
        self.reading = Asker(viewing)
