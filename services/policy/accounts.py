"""The ids and names of accounts, as identity tells them: the AMS's policies name accounts by the AMS's own ids."""

from contracts.identity.contacts import AccountsChanged
from kit.database import Transaction

KEEP = """
INSERT INTO accounts AS a (agency, id, ams_id, version, changed_at, deleted, name)
SELECT DISTINCT ON (c.id) $1, c.*
FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::boolean[], $7::text[])
  AS c(id, ams_id, version, changed_at, deleted, name)
ORDER BY c.id, c.version DESC, c.changed_at DESC
ON CONFLICT (id) DO UPDATE SET version = excluded.version, changed_at = excluded.changed_at,
  deleted = excluded.deleted, name = excluded.name
WHERE (excluded.version, excluded.changed_at) > (a.version, a.changed_at)
"""


async def keep(event: AccountsChanged, tx: Transaction) -> None:
    """Keeps the newest of each account."""
    changed = event.accounts
    await tx.driver.execute(
        KEEP,
        event.agency,
        [one.account for one in changed],
        [one.ams_id for one in changed],
        [one.version for one in changed],
        [one.changed_at for one in changed],
        [one.deleted for one in changed],
        [one.name for one in changed],
    )
