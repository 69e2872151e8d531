"""The two walls, each to be taken away: the application's own conditions, and row-level security."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from kit.bus import Call
from kit.database import Transaction
from tests.logins import Logins

from .households import Household
from .portal import Portal

# a condition on whose row it is; `a` is policy's alias of accounts
CONDITION = re.compile(r"\b(?:\w+\.)?(?:account|agency)\s*=\s*\$(\d+)|\ba\.id\s*=\s*\$(\d+)")
ASKING = ("fetch", "fetchrow", "fetchval", "execute", "cursor")


def careless(statement: str) -> str:
    """A statement that asks for everybody's rows: its conditions on account and agency always hold."""
    head, where, tail = statement.partition("WHERE")
    return head + where + CONDITION.sub(lambda found: f"(${found[1] or found[2]}::uuid IS NOT NULL)", tail)


class CarelessDriver:
    """asyncpg's connection in the hands of somebody who forgot every condition on account and agency."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._driver, name)
        if name not in ASKING:
            return found
        return lambda statement, *arguments, **options: found(careless(statement), *arguments, **options)


@contextlib.contextmanager
def without_conditions() -> Iterator[None]:
    """No statement says whose rows it wants."""
    begin = Transaction.__init__

    def forgetful(self: Transaction, driver: Any, agency: Any) -> None:
        begin(self, CarelessDriver(driver), agency)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Transaction, "__init__", forgetful)
        yield


@contextlib.contextmanager
def confused(target: Household) -> Iterator[None]:
    """Every handler takes the caller for somebody else; only the transaction knows who it was begun for."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Call, "account", property(lambda _: target.account))
        patched.setattr(Transaction, "agency", property(lambda _: target.agency_id))
        yield


@contextlib.asynccontextmanager
async def without_row_level_security(portal: Portal) -> AsyncIterator[None]:
    """Every table shows everything to everybody who may read it."""
    async with _changed(portal, "DISABLE", "ENABLE"):
        yield


@contextlib.asynccontextmanager
async def without_rule_of_account(portal: Portal) -> AsyncIterator[None]:
    """Within an agency, the database shows all rows."""
    rules = {
        name: await logins.fetch(
            "SELECT polrelid::regclass::text AS on_table, pg_get_expr(polqual, polrelid) AS rule FROM pg_policy"
            " WHERE polname = 'of_account'"
        )
        for name, logins in portal.logins.items()
    }
    try:
        for name, rows in rules.items():
            for row in rows:
                await portal.logins[name].fetch(f"ALTER POLICY of_account ON {row['on_table']} USING (true)")
        yield
    finally:
        for name, rows in rules.items():
            for row in rows:
                await portal.logins[name].fetch(f"ALTER POLICY of_account ON {row['on_table']} USING ({row['rule']})")


@contextlib.asynccontextmanager
async def _changed(portal: Portal, change: str, back: str) -> AsyncIterator[None]:
    walled = {name: await _walled(logins) for name, logins in portal.logins.items()}
    try:
        for name, tables in walled.items():
            for table in tables:
                await portal.logins[name].fetch(f"ALTER TABLE {table} {change} ROW LEVEL SECURITY")
        yield
    finally:
        for name, tables in walled.items():
            for table in tables:
                await portal.logins[name].fetch(f"ALTER TABLE {table} {back} ROW LEVEL SECURITY")


async def _walled(logins: Logins) -> list[str]:
    rows = await logins.fetch(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    )
    return [row["relname"] for row in rows]
