"""Secrets that have to rest in the database and be read again: sealed with a key that is outside it."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LENGTH = 32  # bytes of a key
NONCE = 12  # bytes


def keys_of(text: str) -> tuple[bytes, ...]:
    """The keys in a setting, the one that seals first: hex, separated by commas; raises ValueError."""
    keys = tuple(bytes.fromhex(key) for key in text.split(","))
    if any(len(key) != LENGTH for key in keys):
        raise ValueError("every key needs 32 bytes in hex")
    return keys


class Unsealable(Exception):
    """Sealed with a key that is gone, changed, or moved here from another row or agency."""


class Seal:
    """Seals with the first key (32 bytes each) and opens with all of them, so that keys can be changed."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = tuple(AESGCM(key) for key in keys)

    def close(self, purpose: str, agency: UUID, row: UUID, secret: str) -> bytes:
        """The secret for the column of one row; AES-256-GCM, bound to what it is for and to where it rests."""
        nonce = os.urandom(NONCE)
        return nonce + self._keys[0].encrypt(nonce, secret.encode(), _place(purpose, agency, row))

    def open(self, purpose: str, agency: UUID, row: UUID, sealed: bytes) -> str:
        """The secret inside; raises Unsealable."""
        for key in self._keys:
            try:
                return key.decrypt(sealed[:NONCE], sealed[NONCE:], _place(purpose, agency, row)).decode()
            except InvalidTag:
                continue
        raise Unsealable(purpose)


def _place(purpose: str, agency: UUID, row: UUID) -> bytes:
    return purpose.encode() + b"\0" + agency.bytes + row.bytes
