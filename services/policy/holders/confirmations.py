"""Confirmations: a holder that was added in the portal and the AMS's own are one row, whatever the order.

The AMS confirms by publishing the holder under its own id with our `portal_id`. Where it leaves that out, a holder of
the same account with the same name and address is the same one. A row that waits takes the AMS's id, and the event is
then kept in it like any other; where the AMS's row was there first, the waiting one goes and its id stays known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts import ams
from contracts.identity.activities import What
from contracts.identity.telling import Action
from kit.bus import FeedEvent
from kit.database import Transaction
from services.policy import tasks
from services.policy.sync.holders import likeness_of
from services.policy.telling import Deed, record

NOT_YET_THE_AMSS = -1  # version of a row without an AMS id: every event of the AMS's is newer
WITHOUT_AN_AMS_ID = """
SELECT h.id, h.account_ams_id, h.told, h.addition, h.name, h.entered_at IS NOT NULL AS entered, a.id AS account
FROM certificate_holders h JOIN accounts a ON a.agency = h.agency AND a.ams_id = h.account_ams_id
WHERE h.agency = $1 AND h.ams_id IS NULL AND NOT h.deleted AND h.account_ams_id = ANY($2)
ORDER BY h.added_at, h.id FOR UPDATE OF h
"""
KNOWN = "SELECT ams_id, version FROM certificate_holders WHERE agency = $1 AND ams_id = ANY($2)"
STILL_WAITS = """
SELECT EXISTS (SELECT FROM certificate_holders WHERE agency = $1 AND addition = $2 AND ams_id IS NULL
  AND entered_at IS NULL AND NOT deleted)
"""


@dataclass(frozen=True)
class Waiting:
    """A row that the AMS has not named yet."""

    id: UUID
    account_ams_id: str
    told: Sequence[str]
    addition: UUID
    name: str
    entered: bool
    account: UUID


async def hold(tx: Transaction) -> None:
    """Of an agency, either the portal adds holders or the AMS tells some, never side by side.

    Neither would see the other's, and the same holder would be there twice.
    """
    await tx.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"holders {tx.agency}")


async def recognize(events: Sequence[FeedEvent], tx: Transaction) -> None:
    """Makes rows that wait and the AMS's holders one, before the batch of one agency is applied.

    Older versions count too: which id of ours is which of the AMS's does not change with them.
    """
    told = [(event, event.data) for event in events if isinstance(event.data, ams.CertificateHolder)]
    if not told:
        return
    await hold(tx)
    rows = await tx.driver.fetch(WITHOUT_AN_AMS_ID, tx.agency, list({data.account for _, data in told}))
    if not rows:
        return
    waiting = [Waiting(**row) for row in rows]
    versions = {row["ams_id"]: row["version"] for row in await tx.driver.fetch(KNOWN, tx.agency, _ids(told))}
    there = set(versions)
    # our ids first, then the newest version of each: an older one says nothing about what a holder is called now
    for event, data in sorted(told, key=lambda one: (not one[1].portal_id, -one[0].version)):
        found = next((one for one in waiting if _names(data, one)), None)
        if found is None and event.version > versions.get(event.ams_id, NOT_YET_THE_AMSS):
            found = next((one for one in waiting if _is_like(data, one)), None)
        versions[event.ams_id] = max(event.version, versions.get(event.ams_id, NOT_YET_THE_AMSS))
        if found is not None:
            waiting.remove(found)
            await _unite(found, event.ams_id, tx, there=event.ams_id in there)
            there.add(event.ams_id)


def _names(data: ams.CertificateHolder, one: Waiting) -> bool:
    """The AMS says that it is this one; of another account's it has no say."""
    return data.portal_id == str(one.id) and data.account == one.account_ams_id


def _is_like(data: ams.CertificateHolder, one: Waiting) -> bool:
    like = likeness_of(data)
    return like != "" and data.account == one.account_ams_id and like in one.told


async def _unite(one: Waiting, ams_id: str, tx: Transaction, *, there: bool) -> None:
    if there:
        await tx.driver.execute("DELETE FROM certificate_holders WHERE agency = $1 AND id = $2", tx.agency, one.id)
        await tx.driver.execute(
            "UPDATE certificate_holders SET portal_id = $3 WHERE agency = $1 AND ams_id = $2 AND portal_id = ''",
            *(tx.agency, ams_id, str(one.id)),
        )
    else:
        await tx.driver.execute(
            "UPDATE certificate_holders SET ams_id = $3 WHERE agency = $1 AND id = $2", tx.agency, one.id, ams_id
        )
    if not one.entered:
        confirmed = Deed(one.account, one.id, by="ams", facts={"holder": one.name})
        record(What.CERTIFICATE_HOLDER_CONFIRMED, confirmed, tx)
        await settle(one.addition, tx)


async def settle(addition: UUID, tx: Transaction, kind: str = "ams", name: str = "") -> None:
    """Finishes the task about what was added at once, when nothing of it waits any more."""
    if not await tx.driver.fetchval(STILL_WAITS, tx.agency, addition):
        await tasks.settle(Action.CERTIFICATE_HOLDER_ADDED, addition, tx, kind, name)


def _ids(told: Iterable[tuple[FeedEvent, ams.CertificateHolder]]) -> list[str]:
    return [event.ams_id for event, _ in told]
