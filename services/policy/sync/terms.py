"""Terms that arrive after the one that follows them; those that are replaced the database keeps by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from contracts import ams
from kit.bus import FeedEvent
from kit.database import Transaction
from services.policy.terms import NEWEST, TERM

from .policies import POLICIES, row_of

TYPES = {**POLICIES.columns, "version": "bigint", "raw": "jsonb"}
KEEP = (
    f"INSERT INTO policy_terms AS t (agency, policy, {', '.join(TERM)})"
    f" SELECT $2, r.policy, {', '.join(f'r.{name}' for name in TERM)}"
    f" FROM jsonb_to_recordset($1::jsonb) AS r(policy text, {', '.join(f'{name} {TYPES[name]}' for name in TERM)})"
    f" {NEWEST}"
)
NOW = "SELECT ams_id, version, effective FROM policies WHERE agency = $1 AND ams_id = ANY($2) AND NOT deleted"


async def keep_late(events: Sequence[FeedEvent], default_zone: str, tx: Transaction) -> None:
    """Keeps the terms in those events of a batch that did not become their policy's newest, of any kind."""
    late = [event for event in events if isinstance(event.data, ams.Policy)]
    if not late:
        return
    rows = await tx.driver.fetch(NOW, tx.agency, [event.ams_id for event in late])
    now = {row["ams_id"]: (row["version"], row["effective"]) for row in rows}
    newest: dict[tuple[str, Any], Mapping[str, Any]] = {}
    for event in sorted(late, key=lambda event: event.version):
        assert isinstance(event.data, ams.Policy)
        version, effective = now.get(event.ams_id, (0, None))
        if event.version < version and event.data.effective != effective:
            row = {**row_of(event, default_zone), "version": event.version, "raw": event.raw, "policy": event.ams_id}
            newest[event.ams_id, event.data.effective] = row
    if newest:
        await tx.driver.execute(KEEP, to_json(list(newest.values())).decode(), tx.agency)
