"""Sign-ins: from an e-mail address over an identification code to a session."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.identity.agencies import Language
from contracts.identity.sign_in import Channel, CodeOver, CodeSent, CodeWrong, EmailNotFound, SignInStarted
from contracts.kinds import NotFound
from kit.database import Transaction
from kit.ids import new_id
from kit.masking import mask_email, mask_phone

from . import contacts, secret
from .codes import Codes
from .contacts import Entrant

LIFETIME = timedelta(minutes=30)
TRIES = 5  # wrong codes since the newest one was sent


async def start(email: str, codes: Codes, tx: Transaction) -> SignInStarted:
    """Begins a sign-in for everyone who has this address; with one channel only, its code is sent at once.

    Raises EmailNotFound, or SlowDown when too many codes went to this address.
    """
    entrants = await contacts.with_email(email, tx)
    if not entrants:
        raise EmailNotFound
    channels = _channels(entrants)
    carried = secret.new_secret(tx.agency)
    sign_in = new_id()
    await tx.driver.execute(
        "INSERT INTO sign_ins (id, agency, secret_hash, email, channels, expires_at)"
        " VALUES ($1, $2, $3, lower($4), $5, $6)",
        sign_in,
        tx.agency,
        secret.hash_of(carried),
        entrants[0].email,
        json.dumps([{"id": str(c.id), "kind": c.kind, "contact": str(e.id)} for c, e in channels]),
        datetime.now(UTC) + LIFETIME,
    )
    choices = [channel for channel, _ in channels]
    if len(choices) > 1:
        return SignInStarted(sign_in=carried, next="channel", channels=choices)
    await codes.send(sign_in, entrants[0], "email", await _language(entrants[0], tx), tx)
    return SignInStarted(sign_in=carried, next="code", channels=choices, sent_to=choices[0].masked)


async def send_code(carried: str, channel: UUID | None, codes: Codes, tx: Transaction) -> CodeSent:
    """Sends a (new) code by the chosen channel, or by the first; gives the person all tries again.

    Raises CodeOver when the sign-in has ended, NotFound for a channel that is not its own, SlowDown.
    """
    row = await tx.driver.fetchrow(
        "UPDATE sign_ins SET tries = 0 WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now()"
        " RETURNING id, email, channels",
        secret.hash_of(carried),
    )
    if row is None:
        raise CodeOver
    known: list[dict[str, Any]] = json.loads(row["channels"])
    chosen = next((c for c in known if channel is None or c["id"] == str(channel)), None)
    if chosen is None:
        raise NotFound
    entrant = next((e for e in await contacts.with_email(row["email"], tx) if str(e.id) == chosen["contact"]), None)
    if entrant is None:
        raise CodeOver  # the access was taken away meanwhile
    kind: Literal["email", "sms"] = chosen["kind"]
    await codes.send(row["id"], entrant, kind, await _language(entrant, tx), tx)
    return CodeSent(sent_to=_masked(entrant, kind), kind=kind)


async def count_try(carried: str, tx: Transaction) -> tuple[UUID, str, int]:
    """Counts a try; returns the sign-in, its address and the tries left after this one.

    To be committed before the code is compared, so that no rollback gives a try back. Raises CodeOver.
    """
    row = await tx.driver.fetchrow(
        "UPDATE sign_ins SET tries = tries + 1"
        " WHERE secret_hash = $1 AND over_at IS NULL AND expires_at > now() AND tries < $2 RETURNING id, email, tries",
        secret.hash_of(carried),
        TRIES,
    )
    if row is None:
        raise CodeOver
    return row["id"], row["email"], TRIES - row["tries"]


async def finish(
    sign_in: UUID, email: str, left: int, code: str, codes: Codes, tx: Transaction
) -> tuple[list[Entrant], str]:
    """Uses up the code and ends the sign-in; returns who may enter and by which channel the code came.

    Raises CodeWrong with the tries left, CodeOver when the code is wrong and none is left.
    """
    channel = await codes.use(sign_in, code, tx)
    if channel is None:
        raise CodeWrong(attempts_left=left) if left else CodeOver
    await tx.driver.execute("UPDATE sign_ins SET over_at = now() WHERE id = $1", sign_in)
    entrants = await contacts.with_email(email, tx)
    if not entrants:
        raise CodeOver  # the access was taken away meanwhile
    return entrants, channel


def _channels(entrants: list[Entrant]) -> list[tuple[Channel, Entrant]]:
    """E-mail first, then each distinct mobile number once."""
    found = [(Channel(id=new_id(), kind="email", masked=mask_email(entrants[0].email)), entrants[0])]
    numbers: set[str] = set()
    for entrant in entrants:
        if entrant.mobile and entrant.mobile not in numbers:
            numbers.add(entrant.mobile)
            found.append((Channel(id=new_id(), kind="sms", masked=mask_phone(entrant.mobile)), entrant))
    return found


def _masked(entrant: Entrant, kind: str) -> str:
    return mask_email(entrant.email) if kind == "email" else mask_phone(entrant.mobile)


async def _language(entrant: Entrant, tx: Transaction) -> Language:
    if entrant.language:
        return entrant.language
    default: Language = await tx.driver.fetchval(
        "SELECT details->>'default_language' FROM agencies WHERE id = $1", tx.agency
    )
    return default
