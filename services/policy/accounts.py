"""The ids and names of accounts, as identity tells them: the AMS's policies name accounts by the AMS's own ids."""

from contracts.identity.contacts import AccountChanged
from kit.database import Transaction


async def keep(event: AccountChanged, tx: Transaction) -> None:
    """Keeps the newest version of an account."""
    await tx.driver.execute(
        "INSERT INTO accounts AS a (id, agency, ams_id, version, deleted, name) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted, name = excluded.name"
        " WHERE excluded.version > a.version",
        event.account,
        event.agency,
        event.ams_id,
        event.version,
        event.deleted,
        event.name,
    )
