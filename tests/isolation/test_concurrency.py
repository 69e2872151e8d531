"""A thousand requests of fifty agencies at once on five connections: nobody is given a row of anyone else."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from contracts.kinds import Broken, Unavailable
from contracts.policy.policies import ListPolicies, PolicyList
from kit import pool
from kit.bus import Asker, Call
from kit.database import Database
from kit.ids import new_id
from ops.stack.nats import NatsServer
from services.policy.app import open_parts
from services.policy.handlers import service
from services.policy.handlers.policies import list_policies
from services.policy.settings import PolicySettings
from tests import stack
from tests.logins import Logins

AGENCIES, REQUESTS, POOL = 50, 1000, 5
# of ten requests: two end in a failing statement or an error, two are called off in the middle of a statement
FAULTS = ("", "", "statement", "", "", "error", "", "late", "", "late")

SEED = """
WITH a AS (
  INSERT INTO accounts (id, agency, ams_id, version, changed_at, deleted, name)
  SELECT id, agency, ams_id, 1, now(), false, ams_id
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t(agency, id, ams_id) RETURNING *)
INSERT INTO policies (id, agency, ams_id, version, deleted, stored_at, account_ams_id, carrier_ams_id,
  writing_carrier_ams_id, number, line, raw_line, status, raw_status, effective, expiration, starts_at, ends_at, covers,
  description, currency, billing, renews, vehicle_names, raw)
SELECT gen_random_uuid(), a.agency, a.ams_id || n, 1, false, now(), a.ams_id, '', '', a.id::text, 'AUTOP', '', 'active',
  '', current_date, current_date, now(), now() + interval '1 day', true, '', 'USD', '', '', '{}', '{}'
FROM a, generate_series(1, 3) n
"""


async def test_a_thousand_requests_on_five_connections_keep_fifty_agencies_apart(
    nats_server: NatsServer, clone: Callable[[str], Awaitable[Logins]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 100.0)  # so that the last one waits for its turn on a busy machine too
    logins = await clone("policy")
    # the AMS's ids are the same in every agency, so that only the rules keep their rows apart
    who = [(agency, new_id(), ams_id) for agency in (new_id() for _ in range(AGENCIES)) for ams_id in ("A-1", "A-2")]
    await logins.fetch(SEED, *map(list, zip(*who, strict=True)))
    databases: set[Database] = set()
    faults = itertools.cycle(FAULTS)

    async def disturbed(request: ListPolicies, call: Call) -> PolicyList:
        databases.add(call.bus.database)
        match next(faults):
            case "statement":
                async with call.transaction() as transaction:
                    await transaction.driver.execute("SELECT 1 / 0")
            case "error":
                async with call.transaction():
                    raise LookupError
            case "late":
                async with asyncio.timeout(random.uniform(0, 0.05)), call.transaction() as transaction:
                    await transaction.driver.fetch("SELECT p.number, pg_sleep(0.02) FROM policies p")
        return await list_policies(request, call)

    async def ask(asker: Asker, agency: UUID, account: UUID) -> str:
        token = stack.signed(agency, account, read_only=random.random() < 0.2, exp=int(time.time()) + 600)
        try:
            found = await asker.ask(ListPolicies(), token, deadline=100)
        except (Broken, Unavailable) as refusal:
            return refusal.code
        assert [policy.number for policy in found.items] == [str(account)] * 3
        return "right"

    unruly = replace(service, answered={**service.answered, ListPolicies: disturbed})
    gateway = await stack.connect(nats_server, "gateway")
    settings = stack.policy_settings(nats_server, logins, pool=POOL, request_limit=2 * REQUESTS)
    async with stack.running(unruly, settings, open_parts, PolicySettings):
        asked = [ask(Asker(gateway), agency, account) for agency, account, _ in random.choices(who, k=REQUESTS)]
        outcomes = Counter(await asyncio.gather(*asked))
        (database,) = databases
        await _idle(logins)
        for read_only in (False, True):
            assert await _left_behind(database, read_only) == set()
    await gateway.close()
    assert outcomes["right"] >= REQUESTS // 2, outcomes
    assert outcomes["internal"] > 0, outcomes


async def _idle(logins: Logins) -> None:
    """Returns once no connection of the service has a transaction open."""
    open_ones = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND xact_start IS NOT NULL AND usename <> 'postgres'"
    )

    async def none_open() -> bool:
        return await logins.value(open_ones, logins.database) == 0

    await stack.eventually(none_open)


async def _left_behind(database: Database, read_only: bool) -> set[str]:
    """What the pool's connections still have set, each taken out as it came back."""
    pool = database._reader if read_only else database._app
    taken = [await pool.take() for _ in range(pool.size)]
    found = set()
    for driver in taken:
        found |= {
            await driver.fetchval(f"SELECT coalesce(current_setting('app.{name}', true), '')")
            for name in ("agency", "account")
        }
        assert not driver.is_in_transaction()
        await pool.give_back(driver)
    return found - {""}
