"""Where the parts of a running stack are: addresses and ports, without any secret."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ops.stack.ports import LOOPBACK

SERVICES = ("identity", "policy", "documents", "notify")


@dataclass(frozen=True)
class Places:
    """Addresses of a stack.

    `nats_url` and `database_url` carry no login; `listeners` maps a listener (admin sides by process, the mailbox's
    two) to its port on loopback; `port` is the gateway's.
    """

    port: int
    nats_url: str
    database_url: str
    listeners: Mapping[str, int] = field(default_factory=dict)

    @property
    def public_url(self) -> str:
        """The portal's address as people type it: passkeys need a name, so not a number."""
        return f"http://localhost:{self.port}"

    def address(self, listener: str) -> str:
        """host:port of a listener."""
        return f"{LOOPBACK}:{self.listeners[listener]}"

    def admin(self, process: str) -> str:
        """host:port where a process tells whether it is ready."""
        return f"{LOOPBACK}:{self.port}" if process == "gateway" else self.address(process)

    def login(self, service: str, role: str, password: str) -> str:
        """The address of a service's database for one of its logins."""
        return with_login(self.database_url, f"{service}_{role}", password, f"portico_{service}")

    def as_json(self) -> dict[str, Any]:
        """For runtime.json."""
        return asdict(self)


def with_login(url: str, user: str, password: str, database: str) -> str:
    """The database server's address with a login and a database in it; `password` needs no escaping."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{user}:{password}@{host}", f"/{database}", parts.query, ""))


def without_login(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
