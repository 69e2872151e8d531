"""A short form of `./portico faults sync`: every kind of event while servers and services are killed, row for row."""

import pytest

from ops.faults.kills import VICTIMS
from ops.faults.sync import Campaign, run_on
from ops.running import find_running

from .portal import Portal

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_what_is_published_amid_kills_ends_as_the_model_says(spare_portal: Portal) -> None:
    campaign = Campaign(events=10_000, seed=155, kills=len(VICTIMS))
    found = await run_on(find_running(spare_portal.data), campaign, "campaign")
    assert found.differences == []
    assert all(found.counts[f"killed: {victim}"] == 1 for victim in VICTIMS), found.counts
    assert found.counts["heard by policy"] > 4000
    assert found.counts["heard by identity"] > 2000
