"""How fresh an agency's data is: a quiet feed is not a dead one, and each agency has its own promise."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.identity.agencies import AgencyChanged, AgencyDetails
from contracts.policy.freshness import GetFreshness
from contracts.policy.payments import ListPayments
from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies
from contracts.policy.vehicles import ListInsuredVehicles
from services.policy.freshness import judge
from tests import stack

from .conftest import SLUG, Book, policy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("heard", "changed", "hours", "state"),
    [
        (None, None, 24, "never"),
        (1, 1, 24, "fresh"),
        (24, 24, 24, "fresh"),
        (1, 25, 24, "quiet"),
        (1, None, 24, "quiet"),
        (25, 25, 24, "stale"),
        (25, 25, 48, "fresh"),
        (3, 3, 2, "stale"),
    ],
)
def test_what_silence_means_depends_on_what_was_promised(
    heard: int | None, changed: int | None, hours: int, state: str
) -> None:
    def ago(hours: int | None) -> datetime | None:
        return None if hours is None else NOW - timedelta(hours=hours)

    found = judge(ago(heard), ago(changed), hours, NOW)
    assert (found.feed, found.as_of) == (state, ago(heard))


async def states(book: Book) -> set[str]:
    """What every answer says."""
    (listed,) = (await book.ask(ListPolicies())).items
    asked = (
        GetFreshness(),
        GetHomePolicies(),
        ListPolicies(),
        GetPolicy(policy=listed.id),
        ListPayments(),
        ListInsuredVehicles(),
    )
    return {(await book.ask(each)).feed for each in asked}


async def beat(book: Book, number: int) -> None:
    body = stack.cloud_event("feed", "", number, {}, type="ams.feed.heartbeat.v1")
    await book.ops.jetstream().publish(f"ams.{SLUG}.feed", body)
    await stack.eventually(lambda: stack.unsettled(book.ops, "AMS", "policy-ams"), 0)


async def silent_for(book: Book, hours: int) -> None:
    await book.logins.fetch(f"UPDATE feeds SET heard_at = heard_at - interval '{hours} hours', changed_at = heard_at")


async def test_a_heartbeat_makes_a_stale_feed_quiet_and_a_change_makes_it_fresh(book: Book) -> None:
    assert (await book.ask(GetHomePolicies())).feed == "never"
    await book.publish("policy", "P1", 1, policy())
    assert await states(book) == {"fresh"}
    await silent_for(book, 25)
    await silent_for(book, 25)
    assert await states(book) == {"stale"}
    await beat(book, 1)
    assert await states(book) == {"quiet"}
    await book.publish("policy", "P1", 1, policy())  # nothing new
    assert await states(book) == {"quiet"}
    await book.publish("policy", "P1", 2, policy())
    assert await states(book) == {"fresh"}


async def test_the_agencys_own_promise_counts(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy())
    await silent_for(book, 30)
    assert await states(book) == {"stale"}
    details = AgencyDetails(slug=SLUG, name="Oak Hill", phone="512-555-0100", email="us@oakhill.example", feed_hours=48)
    told = AgencyChanged(agency=book.agency, version=2, details=details)
    await book.ops.jetstream().publish(told.subject, told.model_dump_json().encode())

    async def known() -> bool:
        return await book.logins.value("SELECT version FROM agencies") == 2

    await stack.eventually(known)
    assert "stale" not in await states(book)
