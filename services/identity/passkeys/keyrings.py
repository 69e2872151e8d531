"""Keyrings: the passkeys that a contact or a member of staff has, listed, named and taken away."""

from typing import Any
from uuid import UUID

from contracts.identity.passkeys import Passkey
from contracts.kinds import NotFound
from kit.database import Transaction

MOST = 10  # for one holder


async def list_of(holders: list[UUID], tx: Transaction) -> list[Passkey]:
    """The passkeys of these holders, the newest first."""
    return [shown(row) for row in await rows_of(holders, tx)]


async def count_of(holders: list[UUID], tx: Transaction) -> int:
    """How many passkeys these holders have together."""
    return len(await rows_of(holders, tx))


async def rename(passkey: UUID, holders: list[UUID], name: str, tx: Transaction) -> None:
    """Gives a passkey of these holders another name; raises NotFound."""
    renamed = await tx.driver.fetchval(
        "UPDATE passkeys SET name = $3 WHERE id = $1 AND holder = ANY($2) RETURNING id", passkey, holders, name
    )
    if renamed is None:
        raise NotFound


async def remove(passkey: UUID, holders: list[UUID], tx: Transaction) -> str:
    """Removes a passkey of these holders and returns its name; raises NotFound."""
    name: str | None = await tx.driver.fetchval(
        "DELETE FROM passkeys WHERE id = $1 AND holder = ANY($2) RETURNING name", passkey, holders
    )
    if name is None:
        raise NotFound
    return name


async def end_of(holders: list[UUID], tx: Transaction) -> int:
    """Removes every passkey of these holders and every challenge that waits for them; returns how many they had."""
    await tx.driver.execute("DELETE FROM passkey_challenges WHERE holder = ANY($1)", holders)
    return len(await tx.driver.fetch("DELETE FROM passkeys WHERE holder = ANY($1) RETURNING id", holders))


async def rows_of(holders: list[UUID], tx: Transaction) -> list[Any]:
    """What is kept of these holders' passkeys, the newest first."""
    return await tx.driver.fetch(
        "SELECT * FROM passkeys WHERE holder = ANY($1) ORDER BY made_at DESC, id DESC", holders
    )


def shown(row: Any) -> Passkey:
    """A passkey as its holder sees it."""
    return Passkey(id=row["id"], name=row["name"], synced=row["synced"], made_at=row["made_at"], used_at=row["used_at"])
