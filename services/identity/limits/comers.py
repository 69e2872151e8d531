"""Comers: somebody with an address at the door, as budgets know them, and whether they have come from there before."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.identity.sessions import Browser
from kit.database import Transaction

from . import budgets
from .marks import Marks
from .wide_budgets import WideBudgets

REMEMBERED = timedelta(days=90)
PAIR = "codes-pair"  # the budget scopes whose waits end for somebody who gets in
NUMBER = "texts-number"

FAMILIAR = "SELECT EXISTS (SELECT FROM familiar_clients WHERE mark = $1 AND seen_at > now() - $2::interval)"


@dataclass(frozen=True)
class Comer:
    """The marks of an address, of a client, and of both; `familiar` says that this client got in with it lately."""

    email: bytes
    client: bytes
    pair: bytes
    familiar: bool


async def at_the_door(email: str, browser: Browser, marks: Marks, tx: Transaction) -> Comer:
    """Who comes with this address from there."""
    pair = marks.pair(tx.agency, email, browser)
    familiar: bool = await tx.driver.fetchval(FAMILIAR, pair, REMEMBERED)
    return Comer(marks.email(tx.agency, email), marks.client(browser), pair, familiar)


async def got_in(email: str, browser: Browser, marks: Marks, wide: WideBudgets, tx: Transaction) -> None:
    """Notes that they got in: they are familiar from now on, their waits end, and budgets grow."""
    pair = marks.pair(tx.agency, email, browser)
    await tx.driver.execute(
        "INSERT INTO familiar_clients (agency, mark) VALUES ($1, $2)"
        " ON CONFLICT (agency, mark) DO UPDATE SET seen_at = now()",
        tx.agency,
        pair,
    )
    if await budgets.succeed(PAIR, pair, marks.client(browser), marks.email(tx.agency, email), tx):
        wide.earn(tx.agency, tx)
