"""`bench home`: Home composed and rendered by the whole stack, against bare NATS requests on the same server."""

from pathlib import Path
from urllib.parse import urlsplit

import nats
import uvloop

from ops.bench.asking import ask_bare
from ops.bench.pages import pages_per_second
from ops.bench.responder import answering
from ops.bench.rounds import alternate, print_ratios
from ops.bench.temporary import running_stack, sign_in, temporary_folder
from ops.running import Running, find_running
from ops.stack.nats import OPS

ROUNDS = 5
TARGET = 0.10
INSURED = "sam.lee@example.com"  # e-mail only: the code goes out at once
BASE, HOME = "bare nats-py request", "Home, composed and rendered"


def run(_: Path) -> None:
    """Measures and prints; starts and ends a stack of its own."""
    with temporary_folder() as folder, running_stack(folder) as address:
        token = sign_in(address, INSURED)
        uvloop.run(_run(find_running(folder), address, token))


async def _run(stack: Running, address: str, token: str) -> None:
    place = urlsplit(address)
    assert place.hostname
    assert place.port
    password = stack.secrets.nats(OPS)
    with answering(stack.places.nats_url, password, principal_keys=""):
        client = await nats.connect(stack.places.nats_url, user=OPS, password=password)
        figures = await alternate(
            {
                BASE: lambda: ask_bare(client),
                HOME: lambda: pages_per_second(place.hostname or "", place.port or 0, "/demo/", f"sid={token}"),
            },
            ROUNDS,
        )
        await client.close()
    print_ratios(figures, BASE, {HOME: TARGET})
