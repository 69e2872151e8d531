"""Ports of the stack: free ones, and a plain word when one is taken."""

import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


class PortTaken(Exception):
    """Something else listens where a server of the stack is to listen; the text names both."""


def free_ports(count: int) -> list[int]:
    """That many different TCP ports of the loopback address on which nothing listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


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
