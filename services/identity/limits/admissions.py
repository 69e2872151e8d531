"""Admissions: whether a code is sent, a guess looked at, an unknown address told, and what strained budgets cost."""

import logging
import time
from dataclasses import dataclass

from prometheus_client import Counter

from contracts.identity.sessions import Browser
from contracts.identity.sign_in import SlowDown
from kit.database import Transaction

from . import budgets, comers
from .budgets import DAY, HOUR, INSTALLATION, LONGEST_WAIT, BackOff, Budget, Taken
from .comers import PAIR, Comer
from .marks import Marks
from .wide_budgets import WideBudgets

log = logging.getLogger(__name__)

# per address and client: three codes at once, then rising waits; a success ends them
CODES_PAIR = BackOff(PAIR, 3, 60, LONGEST_WAIT, HOUR)
CODES_CLIENT = Budget("codes-client", 120, 3, HOUR)
CODES_CONTACT = Budget("codes-contact", 12, 0, HOUR)  # for all unfamiliar clients together, against floods of mail
CODES_LANE = Budget("codes-lane", 60, 0, HOUR)  # instead of it, for a client that has had none for a quarter of an hour
CODES_AGENCY = Budget("codes-agency", 200, 3, HOUR)
CODES_INSTALLATION = Budget("codes-installation", 2000, 3, HOUR, INSTALLATION)
CODES_STRAINED = Budget("codes-strained", 4, 3, HOUR)  # for a client, while one of the two above is spent

GUESSES_CLIENT = Budget("guesses-client", 20, 2, HOUR)
GUESSES_FAMILIAR = Budget("guesses-familiar", 10, 0, DAY)
GUESSES_CONTACT = Budget("guesses-contact", 10, 0, DAY)
GUESSES_AGENCY = Budget("guesses-agency", 100, 0.1, DAY)
GUESSES_INSTALLATION = Budget("guesses-installation", 500, 0.1, DAY, INSTALLATION)

# begun ways in of staff, apart from those of insureds: whoever spends those of an office keeps nobody from work
STAFF_CLIENT = Budget("staff-client", 120, 3, HOUR)

ASKED = Budget("asked", budgets.ONCE_AN_HOUR, 0, HOUR)  # the same address from the same client tells nothing new
UNKNOWN_CLIENT = Budget("unknown-client", 5, 0.5, HOUR)
UNKNOWN_AGENCY = Budget("unknown-agency", 100, 0.5, HOUR)
UNKNOWN_INSTALLATION = Budget("unknown-installation", 1000, 0.5, HOUR, INSTALLATION)

MEET = f"SELECT {comers.FAMILIAR} AS familiar, {budgets.looking('$3', '$4')} AS open"
SLOW = 1.0  # seconds that an answer takes longer while a budget is strained
STRAINED = Counter("portico_strained_total", "Askings that found a budget of sign-in spent", ["budget"])
_alarms: dict[tuple[str, bytes], float] = {}


@dataclass(frozen=True)
class Guess:
    """A guess that may be looked at: `alone` says that being right is enough, else a second code has to follow.

    `paid` and `shared` are given back when it is right; the answer is to take `delay` seconds longer.
    """

    alone: bool
    delay: float
    paid: tuple[Budget, ...]
    shared: tuple[Budget, ...]


async def admit_code(comer: Comer, wide: WideBudgets, tx: Transaction) -> float:
    """Lets a code be sent; returns the seconds that the answer is to take longer.

    Raises SlowDown, for at most LONGEST_WAIT: the rollback that follows leaves what it asked for unspent.
    """
    stepped = await budgets.step(CODES_PAIR, comer.pair, tx)
    if stepped.wait:
        raise SlowDown(retry_after=stepped.wait)
    if comer.familiar:
        return 0.0
    of_contact = CODES_LANE if stepped.waited >= LONGEST_WAIT else CODES_CONTACT
    client, contact = await budgets.take([CODES_CLIENT.of(comer.client), of_contact.of(comer.email)], tx)
    _demand(client, tx)
    _demand(contact, tx)
    shared = await wide.take([CODES_AGENCY.of(tx.agency.bytes), CODES_INSTALLATION], tx)
    if all(_told(one, tx).granted for one in shared):
        return _slowness(client)
    (strained,) = await budgets.take([CODES_STRAINED.of(comer.client)], tx)
    _demand(strained, tx)
    return SLOW


async def admit_start(comer: Comer, tx: Transaction) -> float:
    """Lets a sign-in begin that sends nothing yet; returns the seconds that the answer is to take longer.

    Raises SlowDown.
    """
    if comer.familiar:
        return 0.0
    (client,) = await budgets.take([CODES_CLIENT.of(comer.client)], tx)
    _demand(client, tx)
    return _slowness(client)


async def admit_staff(browser: Browser, marks: Marks, tx: Transaction) -> float:
    """The same for staff, who are nobody yet either."""
    (client,) = await budgets.take([STAFF_CLIENT.of(marks.client(browser))], tx)
    _demand(client, tx)
    return _slowness(client)


async def admit_guess(comer: Comer, wide: WideBudgets, tx: Transaction, *, hopeless: bool = False) -> Guess:
    """Lets a guess be looked at, and says what it opens; to be committed before. Raises SlowDown.

    A `hopeless` one, for an address that nobody has, meets the same as any other and spends nothing wide.
    """
    narrow = GUESSES_FAMILIAR.of(comer.pair) if comer.familiar else GUESSES_CONTACT.of(comer.email)
    client, own = await budgets.take([GUESSES_CLIENT.of(comer.client), narrow], tx)
    if not comer.familiar:
        _demand(client, tx)
    alone = _told(own, tx).granted
    shared: tuple[Budget, ...] = ()
    if alone and not comer.familiar:
        alone, shared = await _spend_wide(hopeless, wide, tx)
    if own.granted and not alone:
        await budgets.give_back([own.budget], tx)
    paid = [one.budget for one in (client, own) if one.granted and (alone or one is client)]
    return Guess(alone, max(_slowness(client), 0.0 if alone else SLOW), tuple(paid), shared)


async def _spend_wide(hopeless: bool, wide: WideBudgets, tx: Transaction) -> tuple[bool, tuple[Budget, ...]]:
    """Whether agency and installation let a guess be enough, and what that spent."""
    wanted = [GUESSES_AGENCY.of(tx.agency.bytes), GUESSES_INSTALLATION]
    if hopeless:
        return await budgets.look(wanted, tx), ()
    taken = await wide.take(wanted, tx)
    granted = tuple(one.budget for one in taken if _told(one, tx).granted)
    if len(granted) == len(taken):
        return True, granted
    wide.give_back(granted, tx)
    return False, ()


async def give_back(guess: Guess, wide: WideBudgets, tx: Transaction) -> None:
    """What was paid for a guess that was right."""
    wide.give_back(guess.shared, tx)
    await budgets.give_back(guess.paid, tx)


async def admit_unknown(comer: Comer, wide: WideBudgets, tx: Transaction) -> bool:
    """Whether this address may be told that it is unknown; where not, the answer has to be that of a known one."""
    (asked,) = await budgets.take([ASKED.of(comer.pair)], tx)
    if not asked.granted:
        return True  # it was told before
    own, *everybodys = _unknown(comer.client, tx)
    (client,) = await budgets.take([own], tx)
    shared = await wide.take(everybodys, tx) if _told(client, tx).granted else []
    if client.granted and all(_told(one, tx).granted for one in shared):
        return True
    await budgets.give_back([asked.budget, *([own] if client.granted else [])], tx)
    wide.give_back([one.budget for one in shared if one.granted], tx)
    return False


async def meet(email: str, browser: Browser, marks: Marks, tx: Transaction) -> tuple[Comer, bool]:
    """Who comes with this address from there, and whether an unknown one would be told so now.

    While not, known ones get the answer that tells nothing.
    """
    client, pair = marks.client(browser), marks.pair(tx.agency, email, browser)
    row = await tx.driver.fetchrow(MEET, pair, comers.REMEMBERED, *budgets.named(_unknown(client, tx)))
    assert row is not None
    return Comer(marks.email(tx.agency, email), client, pair, row["familiar"]), row["open"]


def _unknown(client: bytes, tx: Transaction) -> list[Budget]:
    return [UNKNOWN_CLIENT.of(client), UNKNOWN_AGENCY.of(tx.agency.bytes), UNKNOWN_INSTALLATION]


def _slowness(client: Taken) -> float:
    """Nothing for the first half of a client's budget, then more and more."""
    return max(0.0, client.fill - 0.5) * 2 * SLOW


def _demand(taken: Taken, tx: Transaction) -> None:
    if not _told(taken, tx).granted:
        raise SlowDown(retry_after=taken.wait)


def _told(taken: Taken, tx: Transaction) -> Taken:
    """The same; a budget that is spent is counted, and those that concern everybody are written to the log."""
    if not taken.granted:
        STRAINED.labels(taken.budget.scope).inc()
        if taken.budget.mark in (tx.agency.bytes, INSTALLATION) and _is_news(taken.budget):
            log.warning("a budget of sign-in is spent", extra={"budget": taken.budget.scope, "agency": str(tx.agency)})
    return taken


def _is_news(budget: Budget) -> bool:
    """Whether the log has not had this alarm in the last minute: an attack must not fill the disk."""
    now = time.monotonic()
    if now - _alarms.get((budget.scope, budget.mark), -60.0) < 60:
        return False
    _alarms[budget.scope, budget.mark] = now
    return True
