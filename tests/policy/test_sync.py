"""Policies and carriers as the AMS sends them, over the real bus: newest wins, wrong ones are explained."""

import random

import pytest

from contracts.kinds import NotFound
from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies
from kit.ids import new_id
from tests import stack

from .conftest import SLUG, Book, policy, tell_account


async def test_a_policy_may_come_before_its_carrier_and_its_account(book: Book) -> None:
    account = new_id()
    await book.publish("policy", "P7", 1, policy(account="A7", carrier="C7"))
    assert (await book.ask(ListPolicies(), account)).items == []
    await book.publish("carrier", "C7", 1, {"name": "Fictional Mutual"})
    await tell_account(book.ops, book.agency, account, "A7", "Late household")

    async def listed() -> int:
        return len((await book.ask(ListPolicies(), account)).items)

    await stack.eventually(listed, 1)
    assert (await book.ask(ListPolicies(), account)).items[0].carrier == "Fictional Mutual"


async def test_versions_in_any_order_end_with_the_newest(book: Book) -> None:
    versions = list(range(1, 30))
    random.Random(7).shuffle(versions)
    bodies = [stack.cloud_event("policy", "P1", n, policy(number=f"PA-{n}")) for n in versions]
    for body in bodies + bodies[:10]:  # and some of them twice
        await book.ops.jetstream().publish(f"ams.{SLUG}.policy", body)

    async def settled() -> bool:
        rows = await book.logins.fetch("SELECT count(*) FROM inbox WHERE consumer = 'policy-ams'")
        return bool(rows[0][0] == len(versions))

    await stack.eventually(settled)
    rows = await book.logins.fetch("SELECT number, version FROM policies")
    assert [tuple(row) for row in rows] == [("PA-29", 29)]


async def test_a_deleted_policy_is_gone_and_stays_gone(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy())
    found = (await book.ask(ListPolicies())).items[0]
    await book.publish("policy", "P1", 3, None)
    await book.publish("policy", "P1", 2, policy())
    assert (await book.ask(ListPolicies())).items == []
    with pytest.raises(NotFound):
        await book.ask(GetPolicy(policy=found.id))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"effective": "June 1st"}, "/data/effective"),
        ({"account": ""}, "/data/account"),
        ({"vehicles": [{"id": "1", "year": "two"}]}, "/data/vehicles/0/year"),
        ({"time_zone": "Texas/Austin"}, "/data/time_zone"),
        ({"coverages": [{"code": "BI", "limits": [{"amount": "lots"}]}]}, "/data/coverages/0/limits/0/amount"),
    ],
)
async def test_a_wrong_event_waits_in_quarantine_with_the_place_and_its_neighbours_are_applied(
    book: Book, change: dict[str, object], pointer: str
) -> None:
    stream = book.ops.jetstream()
    await stream.publish(f"ams.{SLUG}.policy", stack.cloud_event("policy", "P1", 1, policy(number="PA-1")))
    await stream.publish(f"ams.{SLUG}.policy", stack.cloud_event("policy", "P2", 1, policy(**change)))
    await stream.publish(f"ams.{SLUG}.policy", stack.cloud_event("policy", "P3", 1, policy(number="PA-3")))

    async def numbers() -> list[str]:
        return [item.number for item in (await book.ask(ListPolicies(sort="number"))).items]

    await stack.eventually(numbers, ["PA-1", "PA-3"])

    async def caught() -> list[str]:
        return [row["pointer"] for row in await book.logins.fetch("SELECT pointer FROM quarantine")]

    await stack.eventually(caught, [pointer])


async def test_the_ams_hears_which_event_was_refused_and_why(book: Book) -> None:
    bad = stack.cloud_event("policy", "P1", 1, policy(effective="soon"), id="the-event")
    await book.ops.jetstream().publish(f"ams.{SLUG}.policy", bad)
    subscription = await book.ops.jetstream().subscribe(f"portal.{SLUG}.event.refused", ordered_consumer=True)
    message = await subscription.next_msg(timeout=25)
    assert b'"event":"the-event"' in message.data
    assert b'"pointer":"/data/effective"' in message.data
    await subscription.unsubscribe()


async def test_fields_that_we_do_not_know_are_kept(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy(underwriting_company_code="ZX9"))
    assert await book.logins.value("SELECT raw->>'underwriting_company_code' FROM policies") == "ZX9"


async def test_a_heartbeat_alone_keeps_the_feed_fresh(book: Book) -> None:
    assert (await book.ask(GetHomePolicies())).as_of is None
    body = stack.cloud_event("feed", "", 1, {}, type="ams.feed.heartbeat.v1", time="2026-11-22T08:00:00Z")
    await book.ops.jetstream().publish(f"ams.{SLUG}.feed", body)

    async def heard() -> bool:
        return (await book.ask(GetHomePolicies())).as_of is not None

    await stack.eventually(heard)
