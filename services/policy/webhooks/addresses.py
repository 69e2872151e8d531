"""Where webhooks may go: https addresses on the public internet, judged again at each connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from contracts.policy.webhooks import AddressRefused

Ip = IPv4Address | IPv6Address

PORT = 443  # nothing else leaves the cluster
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TRANSLATED = IPv6Network("64:ff9b::/96")  # an IPv4 address in IPv6 clothes
OF_A_CLOUD = frozenset({ip_address("168.63.129.16")})  # public by its number, and a cloud's own inside that cloud


@dataclass(frozen=True)
class Target:
    """An address taken apart; `path` has the query with it."""

    https: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.https else 80) else f"{host}:{self.port}"


def target_of(url: str, *, loopback: bool) -> Target:
    """The address taken apart; `loopback` lets one of this machine pass, with http and any port.

    Raises AddressRefused for what no webhook may be sent to, as far as its form tells.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise AddressRefused(problem="This is not an address.") from None
    here = loopback and host in LOOPBACK
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise AddressRefused(problem="The address must begin with https://.")
    if not host or parts.username is not None or parts.fragment or "\\" in url:
        raise AddressRefused(problem="The address must be https://, a host name and a path, without user or fragment.")
    port = port or (443 if parts.scheme == "https" else 80)
    if port != PORT and not here:
        raise AddressRefused(problem="The address must be on port 443.")
    target = Target(parts.scheme == "https", host, port, _path(parts.path, parts.query))
    if (literal := _literal(host)) is not None:
        check_public([literal], loopback=here)
    elif "." not in host and not here:
        raise AddressRefused(problem="The host name must be one of the public internet.")
    return target


def check_public(found: Sequence[Ip], *, loopback: bool) -> None:
    """Raises AddressRefused unless every address is one of the public internet, or of this machine with `loopback`."""
    for ip in found:
        if not (_is_public(ip) or (loopback and ip.is_loopback)):
            raise AddressRefused(problem="The address leads into a private network.")
    if not found:
        raise AddressRefused(problem="The host name is not known.")


def _is_public(ip: Ip) -> bool:
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_public(ip.ipv4_mapped)
        if ip in TRANSLATED:
            return _is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.sixtofour is not None or ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip in OF_A_CLOUD)


def _literal(host: str) -> Ip | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _path(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")
