"""`bench sync-scale`: how fast AMS events become applied rows in a large book, against a small one in the same run."""

import random
import sys
import time
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop

from ops.bench.rounds import Variant, alternate, print_ratios
from ops.bench.sync import Book, event, new_policies, open_book
from ops.bench.temporary import running_stack, temporary_folder
from ops.running import Running, find_running

ROUNDS = 5
NEW, CHANGED = 2000, 1000  # events of a round
SMALL = 1000  # policies
STEP = 20_000  # rows of one statement
ENTER = "SELECT set_config('app.agency', $1::text, false), set_config('app.account', '', false)"
POLICIES = """
INSERT INTO policies
SELECT made.* FROM (SELECT p FROM policies p WHERE p.ams_id LIKE 'B-%' LIMIT 1) one,
  generate_series($1::int, $2::int) n,
  jsonb_populate_record(one.p, jsonb_build_object('id', md5('F-' || n)::uuid, 'ams_id', 'F-' || n,
    'account_ams_id', 'F-' || n / 3, 'number', 'QFA ' || n)) made
"""
INBOX = """
INSERT INTO inbox (consumer, message_id, body_sha256)
SELECT 'policy-ams', 'demo:/bench:F-' || n, sha256(n::text::bytea) FROM generate_series($1::int, $2::int) n
"""
STANDINGS = """
INSERT INTO standings (agency, policy, account_ams_id, version, changed_at, deleted)
SELECT current_setting('app.agency')::uuid, md5('F-' || n)::uuid, 'F-' || n / 3, 1, now(), false
FROM generate_series($1::int, $2::int) n
"""
FILLED = {"policy": (POLICIES, INBOX), "documents": (STANDINGS,)}  # what so many events would have left behind
_versions = count(2)


def run(_: Path, policies: int) -> None:
    """Measures and prints; starts and ends two stacks of its own, one of which holds so many policies."""
    with (
        temporary_folder() as small,
        temporary_folder() as large,
        running_stack(small),
        running_stack(large),
    ):
        uvloop.run(_run({SMALL: find_running(small), policies: find_running(large)}))


async def _run(stacks: dict[int, Running]) -> None:
    books = {size: await open_book(stack) for size, stack in stacks.items()}
    for size, book in books.items():
        await book.applied_per_second(new_policies(10))  # a row that the others are made of
        await _fill(stacks[size], size)
        await book.database.execute("CHECKPOINT")
    new = {f"new, among {size:,}": _applying_new(book) for size, book in books.items()}
    changed = {f"changed, among {size:,}": _applying_changed(book, size) for size, book in books.items()}
    figures = await alternate(new | changed, ROUNDS)
    for variants in (new, changed):
        base, large = variants
        print_ratios({name: figures[name] for name in variants}, base, {large: 1.0})


async def _fill(stack: Running, size: int) -> None:
    """Fills the tables as the owner of each, past the feed."""
    started = time.monotonic()
    for service, statements in FILLED.items():
        owner = await asyncpg.connect(stack.login(service, "owner"))
        agency: UUID = await owner.fetchval("SELECT id FROM agencies WHERE slug = 'demo'")
        await owner.execute(ENTER, str(agency))
        for first in range(1, size + 1, STEP):
            last = min(size, first + STEP - 1)
            for statement in statements:
                await owner.execute(statement, first, last)
            if last % (10 * STEP) == 0 or last == size:
                _say(f"{service}: {last:,} of {size:,} policies after {time.monotonic() - started:.0f} s")
        await owner.execute("VACUUM (ANALYZE)")  # so that nobody has to do it while we measure
        await owner.close()


def _applying_new(book: Book) -> Variant:
    async def variant() -> float:
        return _said("new", await book.applied_per_second(new_policies(NEW)))

    return variant


def _applying_changed(book: Book, size: int) -> Variant:
    chance = random.Random(size)  # noqa: S311 - no secret

    async def variant() -> float:
        version = next(_versions)
        # a change does not move a policy to another account
        bodies = [event(f"F-{n}", version, n, f"F-{n // 3}") for n in chance.sample(range(1, size + 1), CHANGED)]
        figure = await book.applied_per_second(bodies)
        there = "SELECT count(*) FROM policies WHERE version = $1 AND ams_id LIKE 'F-%'"
        if (found := await book.database.fetchval(there, version)) != CHANGED:
            raise AssertionError(f"{found} of {CHANGED} changes were applied")
        return _said("changed", figure)

    return variant


def _said(what: str, figure: float) -> float:
    _say(f"{what}: {figure:,.0f} a second")
    return figure


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
