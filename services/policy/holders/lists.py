"""Holders in lists, and one of them, as insureds and staff see them."""

from uuid import UUID

import asyncpg

from contracts.kinds import NotFound
from contracts.policy.holders import Holder, HolderList, ListAccountHolders, ListHolders
from kit.database import Transaction
from services.policy.freshness import freshness_of
from services.policy.pages import beginning, cursor_after, place_of, rank

OF_ACCOUNT = """
FROM accounts a
JOIN certificate_holders h ON h.agency = a.agency AND h.account_ams_id = a.ams_id AND NOT h.deleted
WHERE a.id = $1 AND NOT a.deleted
"""
WAITS = "h.ams_id IS NULL AND h.entered_at IS NULL"
HOLDER = f"""
SELECT h.id, h.name, h.attention, h.street, h.city, h.state, h.postal_code, h.email, h.added_at,
       CASE WHEN {WAITS} THEN 'waiting' ELSE 'confirmed' END AS standing
"""
SOUGHT = "AND ($2 = '' OR h.name ILIKE '%' || $2 || '%' OR h.city ILIKE '%' || $2 || '%')"
OF_ADDITION = "AND ($2::uuid IS NULL OR h.addition = $2)"
COUNTED = f"SELECT count(*) AS total, count(*) FILTER (WHERE {WAITS}) AS waiting {OF_ACCOUNT}"
UNRANKED, WAITING_FIRST = "0::int", f"CASE WHEN {WAITS} THEN 0 ELSE 1 END"
BY_NAME = beginning("lower(h.name)")
PLACE = (rank, str, UUID)  # what waits first, name, id: what lists are ordered by


async def of_account(account: UUID, wanted: ListHolders, tx: Transaction) -> HolderList:
    """A page of the account's holders by name, searched in names and cities."""
    sought = wanted.q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return await _page(SOUGHT, UNRANKED, account, sought, wanted, tx)


async def for_staff(wanted: ListAccountHolders, tx: Transaction) -> HolderList:
    """The same for staff: those that wait first. Raises NotFound for no account of theirs."""
    if not await tx.driver.fetchval("SELECT true FROM accounts WHERE id = $1 AND NOT deleted", wanted.account):
        raise NotFound
    return await _page(OF_ADDITION, WAITING_FIRST, wanted.account, wanted.addition, wanted, tx)


async def one(account: UUID, holder: UUID, tx: Transaction) -> Holder:
    """One holder of the account, also by the id that it had while it waited; raises NotFound."""
    row = await tx.driver.fetchrow(
        f"{HOLDER}{OF_ACCOUNT} AND (h.id = $2 OR h.portal_id = $2::uuid::text) ORDER BY h.id = $2 DESC LIMIT 1",
        account,
        holder,
    )
    if row is None:
        raise NotFound
    return Holder(**row)


async def _page(
    narrowed: str,
    first: str,
    account: UUID,
    by: str | UUID | None,
    wanted: ListHolders | ListAccountHolders,
    tx: Transaction,
) -> HolderList:
    kind, order = type(wanted).__name__, f"{first}, {BY_NAME}, h.id"
    place = place_of(wanted.cursor, kind, PLACE)
    after = f"AND ({order}) > ($4::int, $5::text, $6::uuid)" if place else ""
    rows: list[asyncpg.Record] = await tx.driver.fetch(
        f"{HOLDER}, {first} AS rank, {BY_NAME} AS sorted {OF_ACCOUNT}{narrowed} {after} ORDER BY {order} LIMIT $3",
        *(account, by, wanted.limit + 1, *(place or ())),
    )
    counted = await tx.driver.fetchrow(COUNTED + narrowed, account, by)
    assert counted is not None
    fresh = await freshness_of(tx)
    shown, more = rows[: wanted.limit], len(rows) > wanted.limit
    return HolderList(
        items=[Holder(**row) for row in shown],
        waiting=counted["waiting"],
        total=counted["total"],
        cursor=cursor_after(kind, [shown[-1][name] for name in ("rank", "sorted", "id")]) if more else None,
        as_of=fresh.as_of,
        feed=fresh.feed,
    )
