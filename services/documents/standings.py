"""Whether policies still stand, as far as papers about them depend on it."""

from datetime import date

from contracts.ams import PolicyStatus
from contracts.policy.policies import ChangedPolicy, PoliciesChanged
from kit.copies import Copies
from kit.database import Transaction

STANDINGS = Copies("standings", "policy", {"account_ams_id": "text", "void_on": "date"})


async def keep(event: PoliciesChanged, transaction: Transaction) -> None:
    """Keeps the newest standing of each policy."""
    await STANDINGS.keep([{**one.model_dump(), "void_on": void_on(one)} for one in event.policies], transaction)


def void_on(policy: ChangedPolicy) -> date | None:
    """The day from which a confirmed cancellation leaves the policy without cover.

    A pending cancellation voids nothing, and a reinstatement restores even where the AMS leaves the old day in place.
    A cancellation without a day counts from the start: we never claim that there was cover.
    """
    if policy.status in (PolicyStatus.PENDING_CANCELLATION, PolicyStatus.REINSTATED):
        return None
    if policy.status is PolicyStatus.CANCELLED:
        return policy.cancellation_on or policy.effective
    return policy.cancellation_on
