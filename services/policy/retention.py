"""Retention: what is kept for a while only, and forgotten then."""

from kit.bus import Call
from kit.database import Transaction

A_DAY = "now() - interval '1 day'"
A_MONTH = "now() - interval '30 days'"
OVER = (
    f"DELETE FROM holder_sheets WHERE agency = $1 AND made_at < {A_DAY}",
    # holders that were taken back count for the day's limit, and for nothing else
    f"DELETE FROM certificate_holders WHERE agency = $1 AND ams_id IS NULL AND deleted AND added_at < {A_DAY}",
    f"DELETE FROM heard_events WHERE agency = $1 AND stored_at < {A_MONTH}",
    "DELETE FROM webhook_deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE agency = $1)"
    f" AND stored_at < {A_MONTH}",
)


async def forget_everywhere(call: Call) -> None:
    """Forgets what is over, agency by agency: no transaction sees two of them, and an insured's only its account."""
    async with call.transaction() as tx:
        agencies = await tx.driver.fetch("SELECT id FROM agencies")
    for row in agencies:
        async with call.transaction(row["id"]) as tx:
            await forget(tx)


async def forget(tx: Transaction) -> None:
    """Forgets what is over of the transaction's agency."""
    for statement in OVER:
        await tx.driver.execute(statement, tx.agency)
