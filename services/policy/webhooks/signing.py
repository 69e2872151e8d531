"""Signatures after the Standard Webhooks specification: HMAC-SHA256 over id, timestamp and body."""

import base64
import hmac
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A secret of 256 random bits, as receivers' libraries want it."""
    return PREFIX + base64.b64encode(os.urandom(BYTES)).decode()


def headers_of(message: str, seconds: int, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """The three headers of a message sent at `seconds` since the epoch; each live secret signs."""
    signatures = " ".join(f"v1,{_sign(message, seconds, body, secret)}" for secret in secrets)
    return {"webhook-id": message, "webhook-timestamp": str(seconds), "webhook-signature": signatures}


def _sign(message: str, seconds: int, body: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, f"{message}.{seconds}.".encode() + body, sha256)).decode()
