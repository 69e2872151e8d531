"""Text messages with codes: to which numbers they may go, how often, and when an agency gets none at all."""

import logging
import re
from datetime import timedelta

from contracts.identity.sign_in import SlowDown
from kit.database import Transaction
from services.identity.limits import budgets
from services.identity.limits.budgets import DAY, HOUR, INSTALLATION, BackOff, Budget
from services.identity.limits.comers import NUMBER
from services.identity.limits.marks import Marks

log = logging.getLogger(__name__)

# a text costs money at the other end of it: one a minute, then 2, 4, … 32 minutes, and five a day
NUMBER_WAITS = BackOff(NUMBER, 1, 60, 1920, 6 * HOUR)
A_DAY = 5
AGENCY_A_DAY = Budget("texts-agency", 100, 3, DAY)
WIDE_STRAIN = (Budget("codes-agency", 0, 0, 0), Budget("codes-installation", 0, 0, 0, INSTALLATION))

# conversion watch: whoever pumps texts to numbers that pay for it never types the codes
WATCHED = timedelta(hours=12)
ENOUGH, POOR = 50, 0.3  # texts whose time is over, and the share of them that was used

NORTH_AMERICAN = re.compile(r"\+1([2-9]\d\d)[2-9]\d{6}")
# North American Numbering Plan: other countries that share +1, numbers that charge who calls, toll-free and personal
# numbers (nanpa.com, area codes in service); Puerto Rico and the territories are the United States
NOT_US_OR_CANADA = frozenset(
    (242, 246, 264, 268, 284, 345, 441, 473, 649, 658, 664, 721, 758, 767, 784, 809, 829, 849, 868, 869, 876)
)
NO_MOBILE = frozenset(
    (500, 521, 522, 533, 544, 566, 577, 588, 600, 700, 710, 800, 822, 833, 844, 855, 866, 877, 888, 900)
)


def may_receive(number: str) -> bool:
    """Whether this is a mobile number (E.164) of the United States or Canada, as far as its digits tell."""
    found = NORTH_AMERICAN.fullmatch(number)
    return found is not None and int(found.group(1)) not in NOT_US_OR_CANADA | NO_MOBILE


async def are_on(tx: Transaction) -> bool:
    """Whether the agency's insureds may have texts now: not while few are used, nor while codes are strained."""
    row = await tx.driver.fetchrow(
        "SELECT count(*) AS sent, count(used_at) AS used FROM codes WHERE channel = 'sms'"
        " AND made_at > now() - $1::interval AND expires_at < now()",
        WATCHED,
    )
    assert row is not None
    if row["sent"] >= ENOUGH and row["used"] < POOR * row["sent"]:
        log.warning(
            "texts are off: few of their codes are used",
            extra={"agency": str(tx.agency), "sent": row["sent"], "used": row["used"]},
        )
        return False
    agency, installation = WIDE_STRAIN
    return await budgets.look([agency.of(tx.agency.bytes), installation, AGENCY_A_DAY.of(tx.agency.bytes)], tx)


async def admit(number: str, marks: Marks, tx: Transaction) -> None:
    """Lets a code be texted to this number; raises SlowDown, and the rollback leaves unspent what it asked for."""
    mark = marks.number(number)
    stepped = await budgets.step(NUMBER_WAITS, mark, tx)  # and holds its row, so that nobody counts beside us
    if stepped.wait:
        raise SlowDown(retry_after=stepped.wait)
    row = await tx.driver.fetchrow(
        "SELECT count(*) AS sent, extract(epoch FROM min(made_at) + interval '1 day' - now()) AS wait FROM codes"
        " WHERE channel = 'sms' AND recipient = $1 AND made_at > now() - interval '1 day'",
        mark,
    )
    assert row is not None
    if row["sent"] >= A_DAY:
        raise SlowDown(retry_after=max(1, int(row["wait"])))
    (agency,) = await budgets.take([AGENCY_A_DAY.of(tx.agency.bytes)], tx)
    if not agency.granted:
        raise SlowDown(retry_after=agency.wait)
