"""The stack that runs on a data folder, as commands beside `up` find it."""

import os
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from ops.bus import connected
from ops.problem import Problem
from ops.secrets import Secrets
from ops.stack.folder import RUNTIME, DataFolder
from ops.stack.nats import OPS
from ops.stack.places import Places


@dataclass(frozen=True)
class Running:
    """A running stack: its folder, its secrets, where its parts are, and the process id of its `up`."""

    folder: DataFolder
    secrets: Secrets
    places: Places
    pid: int
    processes: dict[str, Any]

    def bus(self) -> AbstractAsyncContextManager[Client]:
        """A connection to its bus as `ops`."""
        return connected(self.places.nats_url, OPS, self.secrets.nats(OPS))

    def login(self, service: str, role: str) -> str:
        """The address of a service's database for one of its logins."""
        return self.places.login(service, role, self.secrets.login(service, role))


def find_running(data: Path) -> Running:
    """The stack on this data folder; raises Problem when none runs there."""
    folder = DataFolder(data.absolute())
    runtime = folder.read(RUNTIME)
    if not runtime or not folder.is_used():
        raise Problem(f"Portico does not run on {folder.path}: start it with `./portico up`, or name another --data.")
    if not os.access(folder.path / "secrets.json", os.R_OK):
        raise Problem(f"{folder.path} belongs to another user: run this as the one who started Portico.")
    return Running(folder, folder.secrets, Places(**runtime["places"]), runtime["pid"], runtime["processes"])
