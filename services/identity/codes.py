"""Identification codes: six digits, ten minutes, kept only as a keyed hash whose key is outside the database."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from contracts.identity.agencies import Language
from contracts.identity.sign_in import SlowDown
from contracts.notify import SendIdentificationCode
from kit.database import Transaction
from kit.ids import new_id

from .contacts import Entrant

DIGITS = 6
LIFETIME = timedelta(minutes=10)
VALID_AT_ONCE = 2  # mail can be minutes late: the code before the newest still works
MOST = 5  # codes for one address within WINDOW
WINDOW = timedelta(minutes=15)


class Codes:
    """Makes and compares codes; `key` keys their hashes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def send(
        self, sign_in: UUID, entrant: Entrant, channel: Literal["email", "sms"], language: Language, tx: Transaction
    ) -> None:
        """Makes a code for a sign-in and leaves it for notify once the transaction has committed.

        Raises SlowDown when this address was sent too many in a quarter of an hour.
        """
        await self._limit(entrant.email, tx)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        expires_at = datetime.now(UTC) + LIFETIME
        await tx.driver.execute(
            "INSERT INTO codes (id, agency, sign_in, email, channel, keyed_hash, expires_at)"
            " VALUES ($1, $2, $3, lower($4), $5, $6, $7)",
            new_id(),
            tx.agency,
            sign_in,
            entrant.email,
            channel,
            self._hash(sign_in, code),
            expires_at,
        )
        tx.enqueue(
            SendIdentificationCode(
                agency=tx.agency,
                delivery=new_id(),
                channel=channel,
                to=entrant.email if channel == "email" else entrant.mobile,
                name=entrant.name,
                code=code,
                expires_at=expires_at,
                language=language,
            )
        )

    async def use(self, sign_in: UUID, code: str, tx: Transaction) -> str | None:
        """Uses up the code if it is one of the two newest of this sign-in; returns its channel, or nothing."""
        rows = await tx.driver.fetch(
            "SELECT id, channel, keyed_hash, used_at IS NULL AND expires_at > now() AS good FROM codes"
            " WHERE sign_in = $1 ORDER BY made_at DESC LIMIT $2",
            sign_in,
            VALID_AT_ONCE,
        )
        typed = self._hash(sign_in, "".join(code.split()))
        right = [row for row in rows if hmac.compare_digest(row["keyed_hash"], typed) and row["good"]]
        if not right:
            return None
        used: str | None = await tx.driver.fetchval(
            "UPDATE codes SET used_at = now() WHERE id = $1 AND used_at IS NULL RETURNING channel", right[0]["id"]
        )
        return used

    def _hash(self, sign_in: UUID, code: str) -> bytes:
        return hmac.new(self._key, sign_in.bytes + code.encode(), sha256).digest()

    async def _limit(self, email: str, tx: Transaction) -> None:
        row = await tx.driver.fetchrow(
            "SELECT count(*) AS sent, min(made_at) AS first FROM codes"
            " WHERE email = lower($1) AND made_at > now() - $2::interval",
            email,
            WINDOW,
        )
        if row is not None and row["sent"] >= MOST:
            wait = row["first"] + WINDOW - datetime.now(UTC)
            raise SlowDown(retry_after=max(1, int(wait.total_seconds())))
