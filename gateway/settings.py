"""The gateway's settings."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from kit.settings import ProcessSettings


class GatewaySettings(ProcessSettings):
    """What the gateway needs beside the bus.

    `listen` is host:port of the portal; `public_url` is where browsers find it, without a path; `csrf_key` is one or
    more secrets of at least 32 characters separated by commas, the first one signs and all are accepted;
    `view_password` is that of the bus's user for read-only sessions; `mailbox_url` is the development mailbox of the
    one-machine stack, empty where there is none; `proxies` is how many
    proxies of ours a browser's request comes through (each appends to X-Forwarded-For).
    """

    listen: str = Field(default="127.0.0.1:8080", pattern=r"^.+:\d{1,5}$")
    public_url: str = "http://localhost:8080"
    csrf_key: SecretStr
    view_password: SecretStr
    mailbox_url: str = ""
    proxies: int = Field(default=0, ge=0, le=5)

    @field_validator("public_url")
    @classmethod
    def _safe_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("an address like https://portal.example.com, without a path")
        # without https a session's cookie can be read on the way, so plain http stays inside one machine
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("plain http is for loopback addresses only")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("csrf_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if not all(len(key) >= 32 for key in value.get_secret_value().split(",")):
            raise ValueError("every key needs at least 32 characters")
        return value

    @property
    def https(self) -> bool:
        """Whether browsers come over https."""
        return self.public_url.startswith("https://")

    @property
    def listens_on_loopback(self) -> bool:
        """Whether nobody outside this machine can connect."""
        return is_loopback(self.listen.rpartition(":")[0])

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys of forms and sealed cookies, the signing one first."""
        return tuple(key.encode() for key in self.csrf_key.get_secret_value().split(","))


@lru_cache(1000)
def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    host = host.strip("[]")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
