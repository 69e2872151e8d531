"""`bench attack`: guesses over many contacts from many addresses, while real people sign in, against the budgets."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from statistics import median

import asyncpg
import uvloop
from nats.aio.client import Client

from kit.bus import Asker
from ops.bench.attackers import Attack, Guessing, People
from ops.bench.people import email_of, tell_of_people
from ops.bench.temporary import running_stack, temporary_folder
from ops.problem import Problem
from ops.running import Running, find_running

AGENCY = "demo"
GUESSES, CONTACTS, CLIENTS = 100_000, 1000, 5000
PEOPLE = 50  # who sign in meanwhile, half of them attacked as well
FIRST_CLIENT, FIRST_HOME = IPv4Address("198.18.0.0"), IPv4Address("198.19.0.0")  # of RFC 2544, for measurements
TOLD_EVERY = 15.0  # seconds between two words on how far it is
SLOWEST = 30.0  # seconds that a real person may take at worst

SPENT = "SELECT scope, sum(spent) AS spent, sum(allowed) AS allowed FROM budgets WHERE scope = ANY($1) GROUP BY scope"
ALONE = ["guesses-agency", "guesses-installation"]


@dataclass
class Fight:
    """What became of the guesses, and the seconds that real people took from a place known before or a new one."""

    guessing: Guessing = field(default_factory=Guessing)
    known: list[float] = field(default_factory=list)
    strange: list[float] = field(default_factory=list)


def run(_: Path) -> None:
    """Attacks a stack of its own and prints what came of it; raises Problem where more was possible than allowed."""
    with temporary_folder() as folder, running_stack(folder):
        uvloop.run(_run(find_running(folder)))


async def _run(stack: Running) -> None:
    async with stack.bus() as client:
        await tell_of_people(stack, client, CONTACTS + PEOPLE)
        began, fight = time.monotonic(), Fight()
        telling = asyncio.ensure_future(_tell(stack, fight))
        await attack(client, AGENCY, [email_of(number) for number in range(CONTACTS + PEOPLE)], GUESSES, fight)
        took = time.monotonic() - began
        telling.cancel()
    spent = await _spent(stack)
    print(f"{GUESSES} guesses at {CONTACTS} contacts from {CLIENTS} addresses in {took:.0f} s")
    for code, count in fight.guessing.outcomes.most_common():
        print(f"  {code}: {count}")
    print(f"  codes refused to the attackers: {fight.guessing.codes_refused}; opened: {fight.guessing.opened}")
    for scope, (evaluated, allowed) in sorted(spent.items()):
        print(f"looked at where one code is enough, {scope}: {evaluated:.0f} of {allowed:.0f}")
    for kind, waits in (("known", fight.known), ("new", fight.strange)):
        print(f"{len(waits)} from a {kind} place: half within {median(waits):.2f} s, all in {max(waits):.2f} s")
    if fight.guessing.opened or any(evaluated > allowed for evaluated, allowed in spent.values()):
        raise Problem("More was looked at than the budget, or something was opened.")
    if max(fight.known + fight.strange) > SLOWEST:
        raise Problem(f"A real person took longer than {SLOWEST:g} s.")


async def _tell(stack: Running, fight: Fight) -> None:
    """Prints how far it is, until it is cancelled."""
    began = time.monotonic()
    while True:
        await asyncio.sleep(TOLD_EVERY)
        done, used = sum(fight.guessing.outcomes.values()), await _spent(stack)
        print(
            f"{time.monotonic() - began:4.0f} s: {done} of {GUESSES} guesses, {fight.guessing.opened} opened,"
            f" {len(fight.known) + len(fight.strange)} people signed in; "
            + ", ".join(f"{scope} {spent:.0f} of {allowed:.0f}" for scope, (spent, allowed) in sorted(used.items())),
            flush=True,
        )


async def _spent(stack: Running) -> dict[str, tuple[float, float]]:
    """What was looked at where one code is enough, and what is allowed, by budget."""
    database = await asyncpg.connect(stack.login("identity", "app"))
    try:
        return {row["scope"]: (row["spent"], row["allowed"]) for row in await database.fetch(SPENT, ALONE)}
    finally:
        await database.close()


async def attack(
    client: Client,
    agency: str,
    emails: Sequence[str],
    guesses: int,
    fight: Fight,
    *,
    persons: int = PEOPLE,
    clients: int = CLIENTS,
) -> None:
    """Guesses at all these contacts but the last, while the last `persons` sign in over and over; notes it in `fight`.

    Half of those are under attack themselves. Every other one comes from where it has signed in before the attack,
    the others from a new place each time.
    """
    asker = Asker(client)
    people, places = People(asker, agency), itertools.count()
    await people.listen(client)
    homes = {email: str(FIRST_HOME + next(places)) for email in emails[-persons::2]}
    for email, home in homes.items():
        await people.sign_in(email, home)
    addresses = [str(FIRST_CLIENT + number) for number in range(clients)]
    attacked = emails[: len(emails) - persons // 2]
    attacking = asyncio.ensure_future(Attack(asker, agency, attacked, addresses, guesses, fight.guessing).run())
    while not attacking.done():
        for email in emails[-persons:]:
            seconds = await people.sign_in(email, homes.get(email) or str(FIRST_HOME + next(places)))
            (fight.known if email in homes else fight.strange).append(seconds)
    await attacking
