"""The office: staff confirm by hand what they have entered in the agency's own system."""

from uuid import UUID

from contracts.identity.activities import What
from contracts.identity.telling import Action
from contracts.kinds import NotFound
from contracts.policy.holders import Holder
from contracts.policy.tasks import Task
from contracts.principal import Principal
from kit.database import Transaction
from services.policy import tasks
from services.policy.telling import deed_of, record

from . import confirmations, lists

ENTER = """
UPDATE certificate_holders SET entered_at = now()
WHERE agency = $1 AND ams_id IS NULL AND entered_at IS NULL AND NOT deleted
"""
ACCOUNT = """
SELECT a.id FROM certificate_holders h JOIN accounts a ON a.agency = h.agency AND a.ams_id = h.account_ams_id
WHERE h.agency = $1 AND h.id = $2 AND NOT h.deleted AND NOT a.deleted
"""


async def confirm(holder: UUID, who: Principal, name: str, tx: Transaction) -> Holder:
    """One holder was entered by hand; one that is confirmed already stays as it is. Raises NotFound."""
    await confirmations.hold(tx)
    account: UUID | None = await tx.driver.fetchval(ACCOUNT, tx.agency, holder)
    if account is None:
        raise NotFound
    row = await tx.driver.fetchrow(f"{ENTER} AND id = $2 RETURNING id, name, addition", tx.agency, holder)
    if row is not None:
        _record(account, row["id"], row["name"], who, tx)
        await confirmations.settle(row["addition"], tx, who.kind.value, name)
    return await lists.one(account, holder, tx)


async def finish(task: UUID, who: Principal, name: str, tx: Transaction) -> Task:
    """Finishes a task; what one about holders waited for was entered by hand then. Raises NotFound."""
    await confirmations.hold(tx)  # before the task's row, as the feed does
    finished = await tasks.finish(task, who, name, tx)
    if finished.action is Action.CERTIFICATE_HOLDER_ADDED:
        for row in await tx.driver.fetch(f"{ENTER} AND addition = $2 RETURNING id, name", tx.agency, finished.about):
            _record(finished.account, row["id"], row["name"], who, tx)
    return finished


def _record(account: UUID, holder: UUID, name: str, who: Principal, tx: Transaction) -> None:
    record(What.CERTIFICATE_HOLDER_CONFIRMED, deed_of(who, account, holder, None, holder=name), tx)
