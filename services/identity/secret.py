"""Secrets that people carry for a while: made from randomness, led by the agency's key, kept only as a hash."""

import base64
import binascii
import os
from hashlib import sha256
from uuid import UUID


def new_secret(agency: UUID) -> str:
    """The agency's key and 256 random bits, URL-safe: the key says where to look before there is an agency."""
    return base64.urlsafe_b64encode(agency.bytes + os.urandom(32)).decode()


def agency_of(secret: str) -> UUID | None:
    """The agency that a secret belongs to; nothing where it has not the form of one."""
    try:
        raw = base64.urlsafe_b64decode(secret.encode())
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == 48 else None


def hash_of(secret: str) -> bytes:
    """What is stored: SHA-256 is enough for 256 random bits."""
    return sha256(secret.encode()).digest()
