"""Challenges of passkeys: random, kept by hash, good once and for five minutes, for whoever asked."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from webauthn.helpers import base64url_to_bytes

from contracts.identity.passkeys import PasskeyRefused
from contracts.principal import Kind
from kit.database import Transaction

LIFETIME = timedelta(minutes=5)


class Purpose(StrEnum):
    """What a challenge is answered for: none counts for the other."""

    MAKE = "make"
    PROVE = "prove"


@dataclass(frozen=True)
class Holder:
    """Whose passkeys they are: a contact or a member of staff."""

    kind: Kind
    id: UUID


@dataclass(frozen=True)
class Challenge:
    """A challenge that was taken up; `holder` is empty where any passkey of the agency may answer."""

    value: bytes
    purpose: Purpose
    holder: Holder | None


async def make(purpose: Purpose, binding: str, holder: Holder | None, tx: Transaction) -> bytes:
    """A new challenge; `binding` is the session or the secret of the way in that alone may answer it."""
    await tx.driver.execute("DELETE FROM passkey_challenges WHERE expires_at < now()")
    value = os.urandom(32)
    await tx.driver.execute(
        "INSERT INTO passkey_challenges (hash, agency, purpose, binding, kind, holder, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        sha256(value).digest(),
        tx.agency,
        purpose,
        _hash(binding),
        holder.kind if holder else None,
        holder.id if holder else None,
        datetime.now(UTC) + LIFETIME,
    )
    return value


async def take(credential: str, purpose: Purpose, binding: str, tx: Transaction) -> Challenge:
    """Takes up the challenge that a browser's answer names, so that it is never good again.

    To be committed before the answer is verified: no rollback gives a challenge back. Raises PasskeyRefused.
    """
    value = _challenge_of(credential)
    row = await tx.driver.fetchrow(
        "DELETE FROM passkey_challenges WHERE hash = $1 AND purpose = $2 AND binding = $3 AND expires_at > now()"
        " RETURNING kind, holder",
        sha256(value).digest(),
        purpose,
        _hash(binding),
    )
    if row is None:
        raise PasskeyRefused
    holder = Holder(Kind(row["kind"]), row["holder"]) if row["holder"] else None
    return Challenge(value, purpose, holder)


def _challenge_of(credential: str) -> bytes:
    """What the browser says that it has answered; its signature is checked later."""
    try:
        client_data = base64url_to_bytes(json.loads(credential)["response"]["clientDataJSON"])
        return base64url_to_bytes(json.loads(client_data)["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PasskeyRefused from None


def _hash(binding: str) -> bytes:
    return sha256(binding.encode()).digest()
