"""Ports of the stack: free ones, and a plain word when one is taken."""

import atexit
import random
import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"
# below those that systems give to outgoing connections (from 32768, or from 49152): none of these takes one meanwhile
FIRST, LAST = 15000, 32000
_claims = ExitStack()
atexit.register(_claims.close)


class PortTaken(Exception):
    """Something else listens where a server of the stack is to listen; the text names both."""


def free_ports(count: int) -> list[int]:
    """That many different TCP ports of the loopback address on which nothing listens.

    Servers take them some seconds later: until this process ends, nobody else who asks here is given the same.
    """
    found: list[int] = []
    while len(found) < count:
        port = random.randint(FIRST, LAST)  # noqa: S311 - no secret
        # that number's UDP port, which nobody here needs, is the claim: it ends with us, however we end
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind((LOOPBACK, port))
            require_free(port, "a server")
        except (OSError, PortTaken):
            claim.close()
        else:
            _claims.enter_context(claim)
            found.append(port)
    return found


def free_port() -> int:
    """A TCP port of the loopback address on which nothing listens."""
    return free_ports(1)[0]


def require_free(port: int, listener: str, host: str = LOOPBACK) -> None:
    """Raises PortTaken unless `listener` (as people call it) can listen on the port."""
    with socket.socket() as one:
        # without it a port stays taken for a minute after a server that had connections was stopped
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{listener} cannot listen on {host}:{port}: {error.strerror}") from None
