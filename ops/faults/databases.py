"""What the services really hold of a feed, and where that is not what the model says."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import asyncpg

from contracts import ams

from .copies import compare_copies
from .found import Databases, Found
from .model import GONE, TOLD, Key, Model, Row, digest_of
from .outcomes import compare_outcomes

TABLES = {
    "account": ("identity", "accounts"),
    "contact": ("identity", "contacts"),
    "carrier": ("policy", "carriers"),
    "policy": ("policy", "policies"),
    "receipt": ("policy", "receipts"),
    "certificate-holder": ("policy", "certificate_holders"),
    "certificate": ("documents", "certificates"),
    "certificate-master": ("documents", "certificate_masters"),
    "document": ("documents", "received_documents"),
}


async def compare(model: Model, slug: str, databases: Databases, attempts: Mapping[bytes, int]) -> Found:
    """Everything that the services hold of an agency against the model.

    `databases` are connections by service, past row-level security; `attempts` says how often each body was sent at
    most, where a lost answer made its publisher send it again.
    """
    found = Found()
    refused = await _refused(slug, databases)
    rows = _settle_clashes(model, refused)
    await compare_copies(rows, model, slug, databases, found)
    for kind, (service, table) in TABLES.items():
        if service in databases:
            await _compare_rows(kind, table, slug, databases[service], rows, found)
    for key in rows:
        if TABLES[key[0]][0] in databases:
            found.differ("missing", key)
    await _compare_refusals(model, refused, attempts, found)
    for service in databases.keys() & ams.HEARD_BY.keys():
        await compare_outcomes(service, slug, databases[service], model, found)
    for service, database in databases.items():
        await _compare_told(service, slug, database, found)
    return found


async def _compare_rows(
    kind: str,
    table: str,
    slug: str,
    database: "asyncpg.Connection[asyncpg.Record]",
    rows: dict[Key, Row],
    found: Found,
) -> None:
    async for ams_id, row in _rows(kind, table, slug, database):
        wanted = rows.pop((kind, ams_id), None)
        found.counts[f"{kind} rows"] += 1
        if row != wanted:
            found.differ(f"{kind} row", f"{ams_id} is {_shown(row)} and not {_shown(wanted)}")


async def _rows(
    kind: str, table: str, slug: str, database: "asyncpg.Connection[asyncpg.Record]"
) -> AsyncIterator[tuple[str, Row]]:
    columns = TOLD[kind]
    query = (
        f"SELECT t.ams_id, t.version, t.deleted, t.raw::text AS raw,"
        f" {', '.join(f't.{name}::text AS {name}' for name in columns)}"
        f" FROM {table} t JOIN agencies a ON a.id = t.agency WHERE a.slug = $1 AND t.ams_id IS NOT NULL"
    )
    async with database.transaction():
        async for row in database.cursor(query, slug, prefetch=2000):
            told = {name: row[name] for name in columns}
            contents = GONE if row["deleted"] else digest_of(json.loads(row["raw"]), told)
            yield row["ams_id"], (row["version"], contents)


async def _refused(slug: str, databases: Databases) -> dict[bytes, Counter[str]]:
    refused: dict[bytes, Counter[str]] = {}
    for database in databases.values():
        for row in await database.fetch("SELECT body, code FROM quarantine WHERE agency = $1", slug):
            refused.setdefault(row["body"], Counter())[row["code"]] += 1
    return refused


def _settle_clashes(model: Model, refused: dict[bytes, Counter[str]]) -> dict[Key, Row]:
    """The model's rows, with those events of each reused id that were not refused."""
    rows = dict(model.rows)
    for clash in model.clashes:
        for key, row, body in zip(clash.keys, clash.rows, clash.bodies, strict=True):
            if body not in refused:
                rows[key] = row
    return rows


async def _compare_refusals(
    model: Model, refused: dict[bytes, Counter[str]], attempts: Mapping[bytes, int], found: Found
) -> None:
    wanted = dict(model.poison)
    for clash in model.clashes:
        there = [body for body in clash.bodies if body in refused]
        if len(there) == 1:
            wanted[there[0]] = "id_reused"
        else:
            found.differ("reused id", f"{len(there)} of 2 events refused: {clash.keys}")
    for body, code in wanted.items():
        codes = refused.pop(body, Counter())
        found.counts[f"refused as {code}"] += codes[code]
        if set(codes) != {code}:
            found.differ("refusal", f"{dict(codes)} and not {code}: {body[:200]!r}")
        elif not model.published[body] <= codes[code] <= attempts.get(body, model.published[body]):
            found.differ("refusals", f"{codes[code]} for {model.published[body]} that were published: {body[:200]!r}")
    for body, codes in refused.items():
        found.differ("refused though good", f"{dict(codes)}: {body[:200]!r}")


async def _compare_told(service: str, slug: str, database: "asyncpg.Connection[asyncpg.Record]", found: Found) -> None:
    told = await database.fetchval("SELECT count(*) FROM quarantine WHERE agency = $1", slug)
    left = await database.fetchval(
        "SELECT count(*) FROM outbox WHERE subject = $1 AND sent_at IS NOT NULL", f"portal.{slug}.event.refused"
    )
    if told != left:
        found.differ("refusals told", f"{service} refused {told} and told the agency's system of {left}")


def _shown(row: Row | None) -> str:
    return "not there" if row is None else f"version {row[0]} {'deleted' if row[1] == GONE else row[1].hex()}"
