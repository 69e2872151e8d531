"""How the database finds what pages show among 100,000 policies: by index, and sorting no more than the account has."""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
import pytest_asyncio

from contracts.policy.payments import ListPayments
from contracts.policy.policies import ListPolicies
from contracts.policy.vehicles import VehicleSearch
from kit.bus.sweeps import Sweep
from kit.database import Database, Transaction
from kit.ids import new_id
from services.policy import details, home, payments, policies, vehicles
from services.policy.sync import feed
from tests.logins import Logins

from .big_book import POLICIES, fill

Plan = dict[str, Any]
Ask = Callable[[UUID, UUID, Transaction], Awaitable[Any]]
NAMED = "INSERT INTO snapshot_items SELECT $1, 'S', 'policy', 'P' || n FROM generate_series(1, $2::int) n"


@dataclass
class Explaining:
    """A connection that has every query explained as it is run."""

    driver: Any
    plans: list[Plan]

    async def fetch(self, query: str, *arguments: object) -> Any:
        explained = await self.driver.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", *arguments)
        self.plans.append(json.loads(explained)[0]["Plan"])
        return await self.driver.fetch(query, *arguments)

    async def fetchrow(self, query: str, *arguments: object) -> Any:
        rows = await self.fetch(query, *arguments)
        return rows[0] if rows else None


@dataclass
class Archive:
    """A big book; `policy` is one of the account's, `most` the rows that the account has in any table."""

    database: Database
    agency: UUID
    accounts: dict[str, tuple[UUID, UUID, int]]


@pytest_asyncio.fixture(scope="module")
async def archive(clone: Callable[[str], Awaitable[Logins]]) -> AsyncIterator[Archive]:
    logins, agency = await clone("policy"), new_id()
    small, fleet = await fill(logins, agency)
    accounts = {}
    for name, account in (("household", small), ("fleet", fleet)):
        of_account = "p.agency = a.agency AND p.account_ams_id = a.ams_id WHERE a.id = $1"
        policy = await logins.value(f"SELECT p.id FROM accounts a JOIN policies p ON {of_account} LIMIT 1", account)
        counts = [
            await logins.value(f"SELECT count(*) FROM accounts a JOIN {table} p ON {of_account}", account)
            for table in ("policies", "receipts", "policy_terms")
        ]
        accounts[name] = (account, policy, max(counts))
    database = logins.open()
    yield Archive(database, agency, accounts)
    await database.close()


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def by(sort: str, cursor: str = "") -> ListPolicies:
    names = {"AUTOP": "personal auto", "HOME": "homeowners"}
    return ListPolicies(status="all", sort=cast("Any", sort), line_names=names, limit=2, cursor=cursor)


QUERIES: dict[str, Ask] = {
    "home": lambda account, _, tx: home.home(account, tx),
    "policy": details.one,
    "payments": lambda account, _, tx: payments.list_for(account, ListPayments(), tx),
    "payments of a policy": lambda account, policy, tx: payments.list_for(account, ListPayments(policy=policy), tx),
    "vehicles": lambda account, _, tx: vehicles.list_for(account, VehicleSearch(), tx),
    "search": lambda account, _, tx: policies.list_for(account, ListPolicies(q="cr-v", q_lines=["BOAT"]), tx),
    **{
        f"policies by {sort}": lambda account, _, tx, sort=sort: policies.list_for(  # type: ignore[misc]
            account, by(sort), tx
        )
        for sort in policies.ORDER
    },
}


@pytest.mark.parametrize("who", ["household", "fleet"])
@pytest.mark.parametrize("name", QUERIES)
async def test_every_page_is_found_by_index(archive: Archive, name: str, who: str) -> None:
    account, policy, most = archive.accounts[who]
    async with archive.database.transaction(archive.agency, account=account) as tx:
        explaining = Explaining(tx.driver, [])
        tx.driver = cast("Any", explaining)
        answer = await QUERIES[name](account, policy, tx)
        if getattr(answer, "cursor", None) and name.startswith("policies by"):  # and the page after it
            await policies.list_for(account, by(name.rsplit(maxsplit=1)[-1], answer.cursor), tx)
        tx.driver = explaining.driver
    assert explaining.plans
    for node in (node for plan in explaining.plans for node in nodes(plan)):
        assert node["Node Type"] != "Seq Scan", node.get("Relation Name")
        if "Sort" in node["Node Type"]:
            assert node["Actual Rows"] <= most, node
        if node["Node Type"].endswith("Scan") and "Relation Name" in node:
            assert node["Actual Rows"] + node.get("Rows Removed by Filter", 0) <= max(most, 20), node


class Undone(Exception):
    """Nothing of it is to stay."""


async def test_what_a_snapshot_has_just_named_is_looked_up_by_index(archive: Archive) -> None:
    """The database has no statistics of it: its names are of a transaction that is under way."""
    sweep = Sweep("S", "policy", datetime.now(UTC), ("S",), most=10)
    sweeper = feed.SWEEPING.kinds["policy"]
    explaining = Explaining(None, [])
    with contextlib.suppress(Undone):
        async with archive.database.transaction(archive.agency) as tx:
            await tx.driver.execute(NAMED, archive.agency, 5000)
            explaining.driver, tx.driver = tx.driver, cast("Any", explaining)
            extent = await sweeper.measure(sweep, tx)
            gone = await sweeper.sweep(sweep, tx)
            tx.driver = explaining.driver
            raise Undone
    assert (extent.going, extent.there, gone) == (POLICIES - 5000, POLICIES, 10)
    found = [node for plan in explaining.plans for node in nodes(plan) if node.get("Relation Name") == "snapshot_items"]
    assert len(found) == len(explaining.plans) == 2
    for node in found:
        assert "ams_id = t" in node["Index Cond"]
