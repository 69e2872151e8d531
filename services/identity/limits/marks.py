"""Marks: keyed hashes by which budgets tell addresses, numbers and clients apart without keeping any of them."""

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from contracts.identity.sessions import Browser

SIZE = 16  # bytes


class Marks:
    """Makes marks; `key` is outside the database, so that nobody finds the addresses again by trying."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.new(key, b"marks", sha256).digest()

    def email(self, agency: UUID, email: str) -> bytes:
        """An e-mail address in one agency; capitals count for nothing."""
        return self._mark(b"email", agency.bytes, email.strip().lower().encode())

    def number(self, number: str) -> bytes:
        """A mobile number, the same in every agency."""
        return self._mark(b"number", number.encode())

    def client(self, browser: Browser) -> bytes:
        """Where a browser comes from: its IPv4 address, or its IPv6 network of 64 bits, which is one household's."""
        return self._mark(b"client", network_of(browser.address))

    def pair(self, agency: UUID, email: str, browser: Browser) -> bytes:
        """An e-mail address and the client that asks for it."""
        return self._mark(b"pair", self.email(agency, email), self.client(browser))

    def _mark(self, *parts: bytes) -> bytes:
        return hmac.new(self._key, b"\0".join(parts), sha256).digest()[:SIZE]


def network_of(address: str) -> bytes:
    """The network that counts as one client; empty where the address is not known."""
    try:
        known = ip_address(address)
    except ValueError:
        return b""
    if isinstance(known, IPv6Address):
        mapped = known.ipv4_mapped
        return mapped.packed if mapped else known.packed[:8]
    return known.packed
