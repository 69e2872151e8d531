"""Copies of what another service tells: the newest word of each thing stays, whatever the order in which words come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .database import Transaction

# what every word carries; of one version the time of the change tells: a snapshot mends and sweeps without a new one
ORDERED_BY = ("version", "changed_at")
WORD = {"version": "bigint", "changed_at": "timestamptz", "deleted": "boolean"}


@dataclass(frozen=True)
class Copies:
    """A table of copies: `key` is its column with the owner's id, `columns` map what it has of its own to SQL types.

    `unique` are the columns of which no two rows are alike; empty for the agency and the key.
    """

    table: str
    key: str
    columns: Mapping[str, str]
    unique: tuple[str, ...] = ()

    async def keep(self, told: Sequence[Mapping[str, object]], tx: Transaction) -> None:
        """Keeps what is newer than what is there, in one statement; what is told beside the columns is left out."""
        if told:
            await tx.driver.execute(self._keep, tx.agency, *([one[name] for one in told] for name in self._types))

    @cached_property
    def _types(self) -> dict[str, str]:
        return {self.key: "uuid", **WORD, **self.columns}

    @cached_property
    def _keep(self) -> str:
        names, newer = ", ".join(self._types), ", ".join(f"{name} DESC" for name in ORDERED_BY)
        arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(self._types.values(), 2))
        changes = ", ".join(f"{name} = excluded.{name}" for name in self._types if name != self.key)
        new, old = (", ".join(f"{row}.{name}" for name in ORDERED_BY) for row in ("excluded", "t"))
        return (
            f"INSERT INTO {self.table} AS t (agency, {names})"
            f" SELECT DISTINCT ON (c.{self.key}) $1, c.* FROM unnest({arrays}) AS c({names})"
            f" ORDER BY c.{self.key}, {newer}"
            f" ON CONFLICT ({', '.join(self.unique or ('agency', self.key))}) DO UPDATE SET {changes}"
            f" WHERE ({new}) > ({old})"
        )
