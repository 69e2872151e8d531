"""What services keep of one another's entities, against the model."""

from dataclasses import dataclass

from .found import Databases, Found
from .model import GONE, Key, Model, Row


@dataclass(frozen=True)
class Copy:
    """A table of `keeper` with entities of `owner`'s table, under the same ids; `facts` are its columns."""

    kind: str
    owner: str
    owned: str
    keeper: str
    table: str
    id: str
    facts: tuple[str, ...]


COPIES = (
    Copy("account", "identity", "accounts", "policy", "accounts", "id", ("name",)),
    Copy(
        "account",
        *("identity", "accounts", "documents", "accounts", "id"),
        ("name", "street", "city", "state", "postal_code"),
    ),
    Copy("policy", "policy", "policies", "documents", "standings", "policy", ("account_ams_id", "void_on")),
)


async def compare_copies(rows: dict[Key, Row], model: Model, slug: str, databases: Databases, found: Found) -> None:
    """Each copy whose owner and keeper are there; `rows` are the model's."""
    for copy in COPIES:
        if copy.owner in databases and copy.keeper in databases:
            await _compare(copy, rows, model, slug, databases, found)


async def _compare(
    copy: Copy, rows: dict[Key, Row], model: Model, slug: str, databases: Databases, found: Found
) -> None:
    what = f"{copy.kind} in {copy.keeper}"
    owned = f"SELECT t.id, t.ams_id FROM {copy.owned} t JOIN agencies a ON a.id = t.agency WHERE a.slug = $1"
    ams_ids = {row["id"]: row["ams_id"] for row in await databases[copy.owner].fetch(owned, slug)}
    missing = {ams_id for kind, ams_id in rows if kind == copy.kind}
    facts = ", ".join(f"t.{name}::text AS {name}" for name in copy.facts)
    kept = (
        f"SELECT t.{copy.id} AS id, t.version, t.deleted, {facts}"
        f" FROM {copy.table} t JOIN agencies a ON a.id = t.agency WHERE a.slug = $1"
    )
    async with databases[copy.keeper].transaction():
        async for row in databases[copy.keeper].cursor(kept, slug, prefetch=2000):
            found.counts[f"{what} rows"] += 1
            ams_id = ams_ids.get(row["id"])
            wanted = rows.get((copy.kind, ams_id or ""))
            if ams_id is None or wanted is None:
                found.differ(what, f"{dict(row)} of nothing")
                continue
            missing.discard(ams_id)
            there = {name: row[name] for name in copy.facts}
            told = model.copies.get((copy.kind, ams_id), {})
            version, gone = wanted[0], wanted[1] == GONE
            if (row["version"], row["deleted"]) != (version, gone):
                found.differ(what, f"{dict(row)} and not version {version}{' deleted' if gone else ''}")
            elif not gone:
                found.same(what, there, {name: told[name] for name in copy.facts})
    for ams_id in missing:
        found.differ(what, f"{ams_id} is missing")
