"""Connections of others to the bus: found by their user, and cut."""

import json

from nats.aio.client import Client

from contracts.streams import CONNECTIONS, KICK

TIMEOUT = 2.0  # seconds
MOST = 1024


async def disconnect(client: Client, user: str) -> int:
    """Cuts every connection of this user and returns how many there were; raises nats.errors.TimeoutError.

    A client that may still come in does so again by itself.
    """
    wanted = json.dumps({"auth": True, "user": user, "limit": MOST}).encode()
    found = json.loads((await client.request(CONNECTIONS, wanted, timeout=TIMEOUT)).data)
    server = found["server"]["id"]
    connections = [one["cid"] for one in found["data"]["connections"] if one["authorized_user"] == user]
    for connection in connections:
        await client.request(KICK.replace("*", server), json.dumps({"cid": connection}).encode(), timeout=TIMEOUT)
    return len(connections)
