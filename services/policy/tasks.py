"""Tasks for staff: opened by what was done in the portal, finished by a person or by the agency's system."""

import json
from collections.abc import Mapping
from uuid import UUID

import asyncpg

from contracts.identity.telling import Action
from contracts.kinds import NotFound
from contracts.policy.tasks import ListTasks, Task, TaskList
from contracts.principal import Kind, Principal
from kit.database import Transaction
from kit.ids import new_id

from .pages import cursor_after, moment, place_of

TASK = """
SELECT t.id, t.action, t.account, a.name AS account_name, t.about, t.facts, t.opened_at, t.done_at, t.done_by
FROM tasks t JOIN accounts a ON a.id = t.account
WHERE t.agency = $1
"""
OLDEST_FIRST = ("t.done_at IS NULL", "t.opened_at, t.id", ">", "")
NEWEST_FIRST = ("t.done_at IS NOT NULL", "t.done_at, t.id", "<", " DESC")
STATES = {"open": OLDEST_FIRST, "done": NEWEST_FIRST}
PLACE = (moment, UUID)


async def open_one(action: Action, account: UUID, about: UUID, facts: Mapping[str, str], tx: Transaction) -> None:
    """Opens a task; where one about the same thing is open, it has the newest facts from now on."""
    await tx.driver.execute(
        "INSERT INTO tasks (id, agency, action, account, about, facts) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (agency, action, about) WHERE done_at IS NULL DO UPDATE SET facts = excluded.facts",
        new_id(),
        tx.agency,
        action.value,
        account,
        about,
        json.dumps(dict(facts)),
    )


async def renew(action: Action, about: UUID, facts: Mapping[str, str], tx: Transaction) -> None:
    """Gives the open task about this, if there is one, its newest facts."""
    await tx.driver.execute(
        "UPDATE tasks SET facts = $4 WHERE agency = $1 AND action = $2 AND about = $3 AND done_at IS NULL",
        *(tx.agency, action.value, about, json.dumps(dict(facts))),
    )


async def settle(action: Action, about: UUID, tx: Transaction, kind: str = "ams", name: str = "") -> None:
    """Finishes the open task about this, if there is one: the agency's system has done it, or it is not wanted."""
    await tx.driver.execute(
        "UPDATE tasks SET done_at = now(), done_by_kind = $4, done_by = $5"
        " WHERE agency = $1 AND action = $2 AND about = $3 AND done_at IS NULL",
        *(tx.agency, action.value, about, kind, name),
    )


async def finish(task: UUID, who: Principal, name: str, tx: Transaction) -> Task:
    """Somebody of the agency has done it; one that is done already stays as it is. Raises NotFound."""
    kind = "staff" if who.kind is Kind.STAFF else "system"
    await tx.driver.execute(
        "UPDATE tasks SET done_at = now(), done_by_kind = $3, done_by = $4"
        " WHERE agency = $1 AND id = $2 AND done_at IS NULL",
        *(tx.agency, task, kind, name),
    )
    return await one(task, tx)


async def one(task: UUID, tx: Transaction) -> Task:
    """One task; raises NotFound."""
    row = await tx.driver.fetchrow(f"{TASK} AND t.id = $2", tx.agency, task)
    if row is None:
        raise NotFound
    return _task(row)


async def every(wanted: ListTasks, tx: Transaction) -> TaskList:
    """A page of tasks, all of the agency's or those of one account."""
    state, order, beyond, descending = STATES[wanted.state]
    place = place_of(wanted.cursor, wanted.state, PLACE)
    after = f"AND ({order}) {beyond} ($4::timestamptz, $5::uuid)" if place else ""
    rows = await tx.driver.fetch(
        f"{TASK} AND ($2::uuid IS NULL OR t.account = $2) AND {state} {after}"
        f" ORDER BY {order.replace(',', f'{descending},')}{descending} LIMIT $3",
        *(tx.agency, wanted.account, wanted.limit + 1, *(place or ())),
    )
    shown, more = rows[: wanted.limit], len(rows) > wanted.limit
    waiting = await tx.driver.fetchval(
        "SELECT count(*) FROM tasks WHERE agency = $1 AND done_at IS NULL AND ($2::uuid IS NULL OR account = $2)",
        *(tx.agency, wanted.account),
    )
    when = "opened_at" if wanted.state == "open" else "done_at"
    return TaskList(
        items=[_task(row) for row in shown],
        open=waiting,
        cursor=cursor_after(wanted.state, [shown[-1][when].isoformat(), shown[-1]["id"]]) if more else None,
    )


def _task(row: asyncpg.Record) -> Task:
    return Task(**{**dict(row), "facts": json.loads(row["facts"])})
