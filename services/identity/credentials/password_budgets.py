"""What wrong passwords and resets may cost; a client that has come in with a user name is not held up by strangers."""

from dataclasses import dataclass

from contracts.identity.passwords import TriesSpent
from contracts.identity.sessions import Browser
from kit.database import Transaction
from services.identity.limits import budgets, comers
from services.identity.limits.budgets import DAY, HOUR, INSTALLATION, LONGEST_WAIT, Budget, Taken
from services.identity.limits.comers import Comer
from services.identity.limits.marks import Marks
from services.identity.limits.wide_budgets import WideBudgets

PAIR = Budget("password-pair", 6, 0, HOUR / 4)
CLIENT = Budget("password-client", 30, 2, HOUR)
NAME = Budget("password-name", 20, 0, DAY)  # for all unfamiliar clients together
AGENCY = Budget("password-agency", 200, 0.5, DAY)
EVERYWHERE = Budget("password-installation", 1000, 0.5, DAY, INSTALLATION)

RESETS_PAIR = Budget("password-resets-pair", 3, 0, HOUR)
RESETS_CLIENT = Budget("password-resets-client", 20, 2, HOUR)
RESETS_NAME = Budget("password-resets-name", 6, 0, HOUR)


@dataclass(frozen=True)
class Paid:
    """What a password that may be looked at has cost, given back when it is right; `shared` is of wide budgets."""

    own: tuple[Budget, ...]
    shared: tuple[Budget, ...] = ()


async def comer_of(user_name: str, browser: Browser, marks: Marks, tx: Transaction) -> Comer:
    """Who comes with this user name: apart from whoever comes with the same text as an address."""
    return await comers.at_the_door(f"user name\n{user_name.strip().lower()}", browser, marks, tx)


async def got_in(user_name: str, browser: Browser, marks: Marks, wide: WideBudgets, tx: Transaction) -> None:
    """Makes the client familiar with this user name."""
    await comers.got_in(f"user name\n{user_name.strip().lower()}", browser, marks, wide, tx)


async def admit(comer: Comer, wide: WideBudgets, tx: Transaction, *, known: bool) -> Paid:
    """Spends a try, to be committed before the password is looked at; raises TriesSpent.

    A name that nobody has meets the same and spends nothing of what everybody shares.
    """
    if comer.familiar:
        return Paid(await _spend([PAIR.of(comer.pair)], tx))
    own = await _spend([CLIENT.of(comer.client), PAIR.of(comer.pair), NAME.of(comer.email)], tx)
    everybodys = [AGENCY.of(tx.agency.bytes), EVERYWHERE]
    shared = await wide.take(everybodys, tx) if known else []
    if not (all(one.granted for one in shared) if known else await budgets.look(everybodys, tx)):
        raise TriesSpent(retry_after=LONGEST_WAIT)  # of a name that somebody has no other wait is told
    return Paid(own, tuple(one.budget for one in shared))


async def give_back(paid: Paid, wide: WideBudgets, tx: Transaction) -> None:
    """What was paid for a password that was right."""
    await budgets.give_back(paid.own, tx)
    wide.give_back(paid.shared, tx)


async def admit_reset(comer: Comer, tx: Transaction) -> None:
    """Spends a reset; raises TriesSpent."""
    wanted = [RESETS_CLIENT.of(comer.client), RESETS_PAIR.of(comer.pair)]
    await _spend(wanted if comer.familiar else [*wanted, RESETS_NAME.of(comer.email)], tx)


async def _spend(wanted: list[Budget], tx: Transaction) -> tuple[Budget, ...]:
    return _demanded(await budgets.take(wanted, tx))


def _demanded(taken: list[Taken]) -> tuple[Budget, ...]:
    """Who is refused has spent nothing: the caller's transaction is rolled back."""
    short = [one for one in taken if not one.granted]
    if short:
        raise TriesSpent(retry_after=min(LONGEST_WAIT, max(one.wait for one in short)))
    return tuple(one.budget for one in taken)
