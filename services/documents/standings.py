"""Whether policies still stand, as far as papers about them depend on it."""

from datetime import date

from contracts.ams import PolicyStatus
from contracts.policy.policies import ChangedPolicy, PoliciesChanged
from kit.database import Transaction

KEEP = """
INSERT INTO standings AS s (agency, policy, account_ams_id, version, changed_at, deleted, void_on)
SELECT DISTINCT ON (c.policy) $1, c.*
FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::boolean[], $7::date[])
  AS c(policy, account_ams_id, version, changed_at, deleted, void_on)
ORDER BY c.policy, c.version DESC, c.changed_at DESC
ON CONFLICT (agency, policy) DO UPDATE SET account_ams_id = excluded.account_ams_id, version = excluded.version,
  changed_at = excluded.changed_at, deleted = excluded.deleted, void_on = excluded.void_on
WHERE (excluded.version, excluded.changed_at) > (s.version, s.changed_at)
"""


async def keep(event: PoliciesChanged, transaction: Transaction) -> None:
    """Keeps the newest standing of each policy."""
    changed = event.policies
    await transaction.driver.execute(
        KEEP,
        event.agency,
        [one.policy for one in changed],
        [one.account_ams_id for one in changed],
        [one.version for one in changed],
        [one.changed_at for one in changed],
        [one.deleted for one in changed],
        [void_on(one) for one in changed],
    )


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
