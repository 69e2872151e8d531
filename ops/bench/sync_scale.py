"""`bench sync-scale`: how fast AMS events become applied rows in a large book, against a small one in the same run."""

from pathlib import Path

import uvloop

from ops.bench.rounds import Variant, alternate, print_ratios
from ops.bench.sync import Book, open_book
from ops.bench.temporary import running_stack, temporary_folder
from ops.running import find_running

ROUNDS = 5
EVENTS = 2000
SMALL = 1000
FILL = """
INSERT INTO policies
SELECT made.* FROM (SELECT * FROM policies WHERE ams_id LIKE 'B-%' LIMIT 1) p, generate_series($1::int, $2::int) n,
  jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'ams_id', 'F-' || n,
    'account_ams_id', 'F-' || n / 3, 'number', 'QFA ' || n)) made
"""
STEP = 20_000  # rows of one statement


def run(_: Path, policies: int) -> None:
    """Measures and prints; starts and ends two stacks of its own, one of which holds so many policies."""
    with (
        temporary_folder() as small,
        temporary_folder() as large,
        running_stack(small),
        running_stack(large),
    ):
        uvloop.run(_run(small, large, policies))


async def _run(small: Path, large: Path, policies: int) -> None:
    sizes = {SMALL: await open_book(find_running(small)), policies: await open_book(find_running(large))}
    for size, book in sizes.items():
        await _fill(book, size)
    base = f"among {SMALL:,} policies"
    figures = await alternate({f"among {size:,} policies": _applying(book) for size, book in sizes.items()}, ROUNDS)
    print_ratios(figures, base, {f"among {policies:,} policies": 1.0})


async def _fill(book: Book, size: int) -> None:
    await book.applied_per_second(10)  # a row that the others are made of
    for first in range(1, size + 1, STEP):
        await book.database.execute(FILL, first, min(size, first + STEP - 1))
    await book.database.execute("ANALYZE policies")


def _applying(book: Book) -> Variant:
    async def variant() -> float:
        return await book.applied_per_second(EVENTS)

    return variant
