"""The demo's certificates: those that a business's holders were given, and the master that its agency has approved."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from string import ascii_uppercase

from contracts import ams

from .carriers import CARRIERS

FORM = "Demo certificate of liability"  # the agency's own layout: ACORD's forms are licensed
LINES = ("CGL", "AUTOB", "CUMBR", "WORK")  # in the order in which a certificate has them
WORDINGS = {"WORK": "Statutory"}
# by account: what its people do, and the days before the Monday on which each of its holders was given one
HOLDERS_OF = {"20047": ("Electrical installation and service", (12, 40))}
APPROVED_BEFORE = 60


def certificates(account: str, policies: Mapping[str, ams.Policy], monday: date) -> Iterator[tuple[str, ams.FromAms]]:
    """An account's master and certificates with the ids of the agency's system, from its policies by their ids."""
    if account not in HOLDERS_OF:
        return
    operations, given = HOLDERS_OF[account]
    order = sorted(policies, key=lambda policy: LINES.index(policies[policy].line))
    insurers = list(dict.fromkeys(policies[policy].carrier for policy in order))
    lines = [
        _line(policy, policies[policy], ascii_uppercase[insurers.index(policies[policy].carrier)]) for policy in order
    ]
    yield (
        f"M-{account}-1",
        ams.CertificateMaster(
            account=f"A-{account}",
            name="Any holder, standard wording",
            lines=[ams.CertifiedLine(policy=line.policy, line=line.line) for line in lines],
            form=FORM,
            description_of_operations=operations,
            approved_for="any-holder",
            approved_on=monday - timedelta(days=APPROVED_BEFORE),
            approved_by="Jamie Cruz",
            valid_until=min(line.expiration for line in lines),
        ),
    )
    for place, days in enumerate(given, 1):
        yield (
            f"CRT-{account}-{place}",
            ams.Certificate(
                account=f"A-{account}",
                holder=f"H-{account}-{place}",
                issued_on=monday - timedelta(days=days),
                lines=lines,
                number=f"{account}-{place}",
                form=FORM,
                issued_by="Jamie Cruz",
                description_of_operations=operations,
                master=f"M-{account}-1",
            ),
        )


def _line(ams_id: str, policy: ams.Policy, insurer: str) -> ams.CertificateLine:
    carrier = CARRIERS[policy.carrier]
    return ams.CertificateLine(
        policy=ams_id,
        line=policy.line,
        number=policy.number,
        effective=policy.effective,
        expiration=policy.expiration,
        insurer=insurer,
        carrier=policy.carrier,
        carrier_name=carrier.name,
        naic=carrier.naic,
        limits=[
            ams.Amount(basis=f"{coverage.description}: {limit.basis}", amount=limit.amount)
            for coverage in policy.coverages
            for limit in coverage.limits
        ],
        wording=WORDINGS.get(policy.line, ""),
    )
