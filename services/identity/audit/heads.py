"""Heads of the activity chains: signed now and then, and handed to those who keep them outside the database."""

import asyncio
import json
import logging
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from joserfc import jws
from joserfc.jwk import OKPKey

from contracts.portal_events import ActivityHeadSigned
from contracts.principal import ALGORITHM
from kit.bus import Call
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction

log = logging.getLogger(__name__)

TYPE = "portico-activity-head"  # so that no other thing that this key signs is taken for a head
MOST = 1000  # entries that may wait for a signature, however young they are
LOOKS = 12  # in an interval, so that many entries do not wait for its end

# the claim and the change are one statement: of several processes one signs a head, the others find it signed
CLAIM = """
UPDATE activity_heads SET signed_number = number, signed_at = now()
WHERE agency = $1 AND number > signed_number
  AND ($2 OR signed_at IS NULL OR signed_at <= now() - $3::interval OR number >= signed_number + $4)
RETURNING number, hash, signed_at
"""


class HeadSigner:
    """Signs heads with identity's key (a private JWK in JSON) about every `every` seconds.

    In `folder`, if there is one, each agency has a file to which every signed head is added as a line.
    """

    def __init__(self, private_jwk: str, every: float, folder: Path | None) -> None:
        self._key = OKPKey.import_key(json.loads(private_jwk))
        self._header = {
            "alg": ALGORITHM,
            "kid": self._key.kid,
            "typ": TYPE,
            # old heads must be checked when this key is long gone; whether to trust it is the checker's decision
            "jwk": {name: self._key.as_dict(private=False)[name] for name in ("kty", "crv", "x")},
        }
        self._every = timedelta(seconds=every)
        self._folder = folder
        self.pause = every / LOOKS

    async def sign_due(self, call: Call, *, all_of_them: bool = False) -> None:
        """Signs the head of every agency whose chain has grown and whose last one is old, or of all that have grown."""
        async with call.transaction() as tx:
            agencies = await tx.driver.fetch("SELECT id, slug FROM agencies")
        for row in agencies:
            async with call.transaction(row["id"]) as tx:
                await self._sign_if_due(row["slug"], tx, all_of_them=all_of_them)

    async def _sign_if_due(self, slug: str, tx: Transaction, *, all_of_them: bool) -> None:
        row = await tx.driver.fetchrow(CLAIM, tx.agency, all_of_them, self._every, MOST)
        if row is None:
            return
        event = ActivityHeadSigned(
            number=row["number"],
            hash=row["hash"].hex(),
            at=row["signed_at"],
            signature=self._sign(tx.agency, slug, row["number"], row["hash"].hex(), row["signed_at"].isoformat()),
        )
        await tx.driver.execute(
            "INSERT INTO signed_heads (agency, number, at, signature) VALUES ($1, $2, $3, $4)",
            tx.agency,
            event.number,
            event.at,
            event.signature,
        )
        leave_portal_event(tx, slug, event)
        # before the commit: what is signed is true already, and a line too many does no harm
        await asyncio.to_thread(self._keep, slug, event.signature)

    def _sign(self, agency: UUID, slug: str, number: int, digest: str, at: str) -> str:
        claims = {"agency": str(agency), "slug": slug, "number": number, "hash": digest, "at": at}
        return jws.serialize_compact(self._header, json.dumps(claims), self._key, algorithms=[ALGORITHM])

    def _keep(self, slug: str, signature: str) -> None:
        if self._folder is None:
            return
        try:
            with (self._folder / f"{slug}.heads").open("a") as file:
                file.write(f"{signature}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:  # the agency's system still gets it
            log.error("a signed head could not be written", extra={"agency": slug, "problem": str(error)})
