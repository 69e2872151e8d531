"""The agency's inbox: every request of it, found, answered and given to somebody."""

from uuid import UUID

import asyncpg

from contracts.kinds import BadRequest, NotFound
from contracts.policy.request_inbox import AnswerRequest, Inbox, InboxItem, InboxRecord, ListInbox
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from services.policy.pages import cursor_after, place_of

from . import conversation, records, word
from .conversation import Author
from .records import FULL, NEWEST, OPEN, PLACE, SUMMARY, place

SHOWN = ", r.account, a.name AS account_name, a.ams_id AS account_ams_id, r.assigned, r.assigned_name"
OF_AGENCY = "FROM requests r JOIN accounts a ON a.id = r.account WHERE r.agency = $1"
STATES = {"open": OPEN, "closed": f"NOT ({OPEN})", "all": "true"}
WAITING = "(r.changed_at, r.id)"  # the longest first
SOUGHT = (
    "(a.name ILIKE {0} OR r.contact_name ILIKE {0} OR r.policy_number ILIKE {0} OR r.subject ILIKE {0}"
    " OR r.form::text ILIKE {0}"
    " OR EXISTS (SELECT FROM request_messages m WHERE m.request = r.id AND m.text ILIKE {0}))"
)
COUNTS = (
    "SELECT count(*) AS open, count(*) FILTER (WHERE r.status = 'sent') AS fresh FROM requests r"
    f" WHERE r.agency = $1 AND {OPEN}"
)
ASSIGNED = {"me": "r.assigned = {0}", "nobody": "r.assigned IS NULL"}


async def list_for(wanted: ListInbox, who: Principal, tx: Transaction) -> Inbox:
    """A page of the agency's requests: open ones by how long they wait, others by their newest change."""
    given: list[object] = [tx.agency]

    def with_value(condition: str, value: object) -> str:
        if "{0}" in condition:
            given.append(value)
        return f" AND {condition.format(f'${len(given)}')}"

    conditions = with_value(STATES.get(wanted.status, "r.status = {0}"), wanted.status)
    if wanted.form:
        conditions += with_value("r.kind = {0}", wanted.form)
    if wanted.account:
        conditions += with_value("r.account = {0}", wanted.account)
    if wanted.assigned:
        conditions += with_value(ASSIGNED[wanted.assigned], who.sub)
    if sought := wanted.q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"):
        conditions += with_value(SOUGHT, f"%{sought}%")
    newest = wanted.status in ("closed", "all", "done", "declined")
    kind, order = ("newest", f"{NEWEST} DESC") if newest else ("waiting", WAITING)
    after = place_of(wanted.cursor, kind, PLACE if newest else PLACE[1:])
    if after is not None:
        places = ", ".join(f"${len(given) + at}" for at in range(1, len(after) + 1))
        conditions += f" AND {NEWEST if newest else WAITING} {'<' if newest else '>'} ({places})"
        given.extend(after)
    rows = await tx.driver.fetch(
        f"{SUMMARY}{SHOWN} {OF_AGENCY}{conditions} ORDER BY {order} LIMIT {wanted.limit + 1}", *given
    )
    more = len(rows) > wanted.limit
    counts = await tx.driver.fetchrow(COUNTS, tx.agency)
    assert counts is not None  # it only counts
    return Inbox(
        items=[InboxItem(**{**dict(row), **records.summary(row, who)}) for row in rows[: wanted.limit]],
        open=counts["open"],
        fresh=counts["fresh"],
        cursor=cursor_after(kind, place(rows[wanted.limit - 1])[0 if newest else 1 :]) if more else None,
    )


async def one(request: UUID, who: Principal, tx: Transaction) -> InboxRecord:
    """A request of the agency's in full; raises NotFound."""
    row: asyncpg.Record | None = await tx.driver.fetchrow(
        f"{SUMMARY}{FULL}{SHOWN} {OF_AGENCY} AND r.id = $2", tx.agency, request
    )
    if row is None:
        raise NotFound
    return InboxRecord(**{**dict(row), **await records.full(row, who, tx)})


async def see(request: UUID, author: Author, tx: Transaction) -> None:
    """Notes that somebody has looked at a request that was only sent; raises NotFound."""
    was, account = await conversation.lock(request, tx)
    if was == "sent":
        await conversation.append(request, account, f"seen:{new_id()}", author, "", "seen", tx)


async def answer(wanted: AnswerRequest, author: Author, who: Principal, tx: Transaction) -> InboxRecord:
    """Writes, changes the status, or both, and tells the insured; the same submission again changes nothing.

    Raises BadRequest where there is nothing to say, NotFound, SentBefore.
    """
    was, account = await conversation.lock(wanted.request, tx)
    status = wanted.status if wanted.status != was else None
    if not wanted.text and wanted.status is None:
        raise BadRequest(pointer="/text", problem="Please write something or choose another status.", reason="nothing")
    if wanted.text or status:
        submission, text = str(wanted.submission), wanted.text or ""
        message = await conversation.append(wanted.request, account, submission, author, text, status, tx)
        if message is not None:
            await word.answered(wanted.request, message, who, tx)
    return await one(wanted.request, who, tx)


async def assign(request: UUID, member: UUID | None, name: str, who: Principal, tx: Transaction) -> InboxRecord:
    """Gives a request to somebody (`name` is the member's), or to nobody; raises NotFound."""
    await tx.driver.execute(
        "UPDATE requests SET assigned = $3, assigned_name = $4 WHERE agency = $1 AND id = $2",
        *(tx.agency, request, member, name),
    )
    return await one(request, who, tx)
