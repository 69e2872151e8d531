"""Bulk: a file of holders looked at before anything is done, then added at once, each told to the agency's system."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from contracts.identity.telling import Action
from contracts.kinds import NotFound
from contracts.policy.holder_sheets import AddHolderSheet, CheckHolderSheet, SheetNotGood, SheetReport, SheetRow
from contracts.policy.holders import HolderFields, TooManyHolders
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from services.policy.telling import deed_of, tell

from . import additions, confirmations, sheets

A_DAY = 50  # files that an account may have looked at within 24 hours
SHOWN = 200  # characters of a cell
LATELY = "SELECT count(*) FROM holder_sheets WHERE agency = $1 AND account = $2 AND made_at > now() - interval '1 day'"
SHEET = "SELECT id, file_name, rows, added FROM holder_sheets WHERE agency = $1 AND account = $2 AND id = $3"


async def check(account: UUID, request: CheckHolderSheet, who: Principal, tx: Transaction) -> SheetReport:
    """Reads a file and keeps what stands in it for a day; raises SheetRefused, TooManyHolders."""
    rows = sheets.read(request.content)
    made = await tx.driver.fetchval(LATELY, tx.agency, account)
    if made >= A_DAY:
        raise TooManyHolders(retry_after=3600)
    sheet = new_id()
    await tx.driver.execute(
        "INSERT INTO holder_sheets (id, agency, account, contact, file_name, rows) VALUES ($1, $2, $3, $4, $5, $6)",
        *(sheet, tx.agency, account, who.sub, _file_name(request.file_name)),
        json.dumps([[line, {name: cell[:SHOWN] for name, cell in row.items()}] for line, row in rows]),
    )
    return await report(account, sheet, tx)


async def report(account: UUID, sheet: UUID, tx: Transaction) -> SheetReport:
    """What a file would do now; raises NotFound."""
    row = await tx.driver.fetchrow(SHEET, tx.agency, account, sheet)
    if row is None:
        raise NotFound
    judged = await _judged(row, await additions.account_of(account, tx), tx)
    return _report(row, [shown for shown, _ in judged], row["added"])


async def add(account: UUID, request: AddHolderSheet, who: Principal, tx: Transaction) -> SheetReport:
    """Adds a file's holders; one that was added before stays as it is.

    Raises NotFound, SheetNotGood where some cannot be added and only all were wanted, TooManyHolders.
    """
    await confirmations.hold(tx)
    row = await tx.driver.fetchrow(f"{SHEET} FOR UPDATE", tx.agency, account, request.sheet)
    if row is None:
        raise NotFound
    ams_account = await additions.account_of(account, tx)
    judged = await _judged(row, ams_account, tx)
    shown = [one for one, _ in judged]
    if row["added"] is not None:
        return _report(row, shown, row["added"])
    good = [fields for one, fields in judged if one.outcome == "new" and fields is not None]
    if len(good) < len(judged) and not request.good_ones:
        counts = _report(row, shown, None)
        raise SheetNotGood(wrong=counts.wrong, duplicates=counts.duplicates)
    await additions.refuse_too_many(ams_account, len(good), tx)
    if good:
        await additions.keep(good, ams_account, who, tx, request.sheet)
        facts = additions.facts_of(good[0]) if len(good) == 1 else _facts(len(good), row["file_name"])
        await tell(Action.CERTIFICATE_HOLDER_ADDED, deed_of(who, account, request.sheet, None, **facts), tx)
    await tx.driver.execute("UPDATE holder_sheets SET added = $2 WHERE id = $1", request.sheet, len(good))
    return _report(row, shown, len(good))


async def _judged(row: asyncpg.Record, ams_account: str, tx: Transaction) -> list[tuple[SheetRow, HolderFields | None]]:
    """Every row of a file with what would become of it, and its holder where it describes one."""
    read: list[tuple[int, dict[str, str]]] = json.loads(row["rows"])
    found = [sheets.fields_of(cells) for _, cells in read]
    holders = [one for one in found if isinstance(one, HolderFields)]
    known = dict(zip(map(additions.like, holders), await additions.twins(holders, ams_account, tx), strict=True))
    seen: set[str] = set()
    judged: list[tuple[SheetRow, HolderFields | None]] = []
    for (line, cells), one in zip(read, found, strict=True):
        told: dict[str, Any] = {name: cells[name] for name in additions.TYPED} | {"line": line}
        if not isinstance(one, HolderFields):
            judged.append((SheetRow(**told, outcome="wrong", field=one[0], reason=one[1]), None))
            continue
        like = additions.like(one)
        told |= one.model_dump()
        if like and (known[like] or like in seen):
            reason = "file" if like in seen else "list"
            judged.append((SheetRow(**told, outcome="duplicate", reason=reason), one))
        else:
            judged.append((SheetRow(**told, outcome="new"), one))
        seen.add(like)
    return judged


def _report(row: asyncpg.Record, shown: Sequence[SheetRow], added: int | None) -> SheetReport:
    outcomes = [one.outcome for one in shown]
    return SheetReport(
        id=row["id"],
        file_name=row["file_name"],
        rows=list(shown),
        new=outcomes.count("new"),
        duplicates=outcomes.count("duplicate"),
        wrong=outcomes.count("wrong"),
        added=added,
    )


def _facts(count: int, file_name: str) -> dict[str, str]:
    """What mails, tasks and the activity log say of several."""
    return {"reason": "file", "count": str(count), "file": file_name}


def _file_name(given: str) -> str:
    """The file's own name on one line, without the folders that some browsers send with it."""
    name = given.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:100]
