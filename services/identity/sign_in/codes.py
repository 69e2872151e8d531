"""Identification codes: six digits, ten minutes, kept only as a keyed hash whose key is outside the database."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from contracts.identity.agencies import Language
from contracts.notify import SendIdentificationCode
from kit.database import Transaction
from kit.ids import new_id
from services.identity.people.contacts import Entrant

DIGITS = 6
LIFETIME = timedelta(minutes=10)
VALID_AT_ONCE = 2  # mail can be minutes late: the code before the newest still works


NEWEST = f"""
SELECT id, keyed_hash, used_at IS NULL AND expires_at > now() AS good FROM codes
WHERE sign_in = {{sign_in}} ORDER BY made_at DESC LIMIT {VALID_AT_ONCE}
"""
# how long a comparison of keyed hashes takes tells nothing to somebody who has not the key
USE = f"""
WITH used AS (
  UPDATE codes SET used_at = now()
  WHERE id = (SELECT id FROM ({NEWEST.format(sign_in="$1")}) newest WHERE good AND keyed_hash = ANY($2) LIMIT 1)
    AND used_at IS NULL
  RETURNING channel),
ended AS (UPDATE sign_ins SET over_at = now() WHERE id = $1 AND $3 AND EXISTS (SELECT FROM used))
SELECT channel FROM used
"""


class Codes:
    """Makes and compares codes; the first of the keys is in the hashes that are made, any in those that are there."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = keys

    async def send(
        self,
        sign_in: UUID,
        entrant: Entrant,
        channel: Literal["email", "sms"],
        language: Language,
        tx: Transaction,
        *,
        recipient: bytes | None = None,
    ) -> None:
        """Makes a code for a sign-in and leaves it for notify once the transaction has committed.

        `recipient` is the mark of the mobile number that it is texted to.
        """
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        keyed = _hash(self._keys[0], sign_in, code)
        expires_at = await self._keep(sign_in, entrant.email, channel, recipient, keyed, tx)
        tx.enqueue(
            SendIdentificationCode(
                agency=tx.agency,
                delivery=new_id(),
                channel=channel,
                contact=entrant.id,
                to=entrant.email if channel == "email" else entrant.mobile,
                name=entrant.name,
                code=code,
                expires_at=expires_at,
                language=language,
            )
        )

    async def pretend(self, sign_in: UUID, email: str, tx: Transaction) -> None:
        """For an address that nobody has: the same work, and a hash that no code ever has."""
        await self._keep(sign_in, email, "email", None, secrets.token_bytes(sha256().digest_size), tx)

    async def use(self, sign_in: UUID, code: str, tx: Transaction, *, ends: bool) -> str | None:
        """Uses up the code if it is one of the two newest of this sign-in; returns its channel, or nothing.

        A right one `ends` the sign-in, or leaves it open for another one.
        """
        digits = "".join(letter for letter in code if letter.isdigit())
        typed = [_hash(key, sign_in, digits) for key in self._keys]
        used: str | None = await tx.driver.fetchval(USE, sign_in, typed, ends)
        return used

    async def retire(self, sign_in: UUID, tx: Transaction) -> None:
        """Ends the sign-in's other codes: only what is sent from now on counts."""
        await tx.driver.execute(
            "UPDATE codes SET expires_at = now() WHERE sign_in = $1 AND used_at IS NULL AND expires_at > now()", sign_in
        )

    async def _keep(
        self, sign_in: UUID, email: str, channel: str, recipient: bytes | None, keyed_hash: bytes, tx: Transaction
    ) -> datetime:
        expires_at = datetime.now(UTC) + LIFETIME
        await tx.driver.execute(
            "INSERT INTO codes (id, agency, sign_in, email, channel, recipient, keyed_hash, expires_at)"
            " VALUES ($1, $2, $3, lower($4), $5, $6, $7, $8)",
            new_id(),
            tx.agency,
            sign_in,
            email,
            channel,
            recipient,
            keyed_hash,
            expires_at,
        )
        return expires_at


def _hash(key: bytes, sign_in: UUID, code: str) -> bytes:
    return hmac.new(key, sign_in.bytes + code.encode(), sha256).digest()
