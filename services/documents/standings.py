"""Whether policies still stand, as far as papers about them depend on it."""

from datetime import date

from contracts.ams import PolicyStatus
from contracts.policy.policies import PolicyChanged
from kit.database import Transaction


async def keep(event: PolicyChanged, transaction: Transaction) -> None:
    """Keeps the newest standing of a policy."""
    await transaction.driver.execute(
        "INSERT INTO standings (agency, policy, account_ams_id, version, deleted, void_on)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (agency, policy) DO UPDATE SET account_ams_id = excluded.account_ams_id,"
        " version = excluded.version, deleted = excluded.deleted, void_on = excluded.void_on"
        " WHERE excluded.version > standings.version",
        event.agency,
        event.policy,
        event.account_ams_id,
        event.version,
        event.deleted,
        void_on(event),
    )


def void_on(event: PolicyChanged) -> date | None:
    """The day from which a confirmed cancellation leaves the policy without cover.

    A pending cancellation voids nothing, and a reinstatement restores even where the AMS leaves the old day in place.
    A cancellation without a day counts from the start: we never claim that there was cover.
    """
    if event.status in (PolicyStatus.PENDING_CANCELLATION, PolicyStatus.REINSTATED):
        return None
    if event.status is PolicyStatus.CANCELLED:
        return event.cancellation_on or event.effective
    return event.cancellation_on
