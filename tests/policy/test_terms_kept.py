"""A policy keeps its terms, in whichever way and order the AMS tells them; the one that runs covers until it ends."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from contracts.policy.policies import GetPolicy, ListPolicies, Policy
from contracts.policy.vehicles import ListInsuredVehicles
from kit.ids import new_id
from tests import stack

from .conftest import SLUG, Book, day, policy, tell_account

LAST = {"effective": day(-465), "expiration": day(-100), "premium": "1000.00"}
THIS = {"effective": day(-100), "expiration": day(265), "premium": "1200.50"}
NEXT = {"effective": day(265), "expiration": day(630), "premium": "1300.00"}
CAR = {"id": "1", "year": 2021, "make": "Honda", "model": "CR-V", "vin": "1HGCM82633A004352", "state": "TX"}
VAN = {"id": "1", "year": 2024, "make": "Ford", "model": "Transit", "state": "TX"}


async def only(book: Book, status: Any = "all") -> Policy:
    (listed,) = (await book.ask(ListPolicies(status=status))).items
    found: Policy = await book.ask(GetPolicy(policy=listed.id))
    return found


def told(found: Policy) -> list[tuple[str, str]]:
    return [(each.effective.isoformat(), str(each.premium and each.premium.amount)) for each in found.terms]


EVERY = [(day(265), "1300.00"), (day(-100), "1200.50"), (day(-465), "1000.00")]


async def publish_at_once(book: Book, versions: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Without waiting in between, so that several come in one batch."""
    for sequence, data in versions:
        body = stack.cloud_event("policy", "P1", sequence, policy(**data))
        await book.ops.jetstream().publish(f"ams.{SLUG}.policy", body)

    async def settled() -> bool:
        return await book.logins.value("SELECT count(*) FROM inbox WHERE consumer = 'policy-ams'") == len(versions)

    await stack.eventually(settled)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:])
async def test_every_term_is_known_in_whatever_order_they_come(book: Book, order: Sequence[int]) -> None:
    versions = [(1, LAST), (2, THIS), (3, NEXT)]
    await publish_at_once(book, [versions[place] for place in order])
    assert told(await only(book)) == EVERY


async def test_of_each_term_the_newest_word_is_kept(book: Book) -> None:
    for sequence, change in ((1, LAST), (3, LAST | {"premium": "1050.00"}), (4, THIS), (2, LAST)):
        await book.publish("policy", "P1", sequence, policy(**change))
    assert told(await only(book)) == [EVERY[1], (day(-465), "1050.00")]


async def test_the_next_term_told_early_does_not_end_the_one_that_runs(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy(**THIS, vehicles=[CAR]))
    await book.publish("policy", "P1", 2, policy(**NEXT, vehicles=[VAN]))
    found = await only(book, "active")
    assert (found.in_force, found.standing, found.effective.isoformat()) == (True, "active", day(-100))
    assert [vehicle.make for vehicle in found.insured_vehicles] == ["Honda"]
    (insured,) = (await book.ask(ListInsuredVehicles())).items
    assert (insured.in_force, insured.vehicle.make, insured.expiration.isoformat()) == (True, "Honda", day(265))
    assert found.at_renewal is not None
    assert {(change.how, change.name) for change in found.at_renewal.items if change.subject == "vehicle"} == {
        ("added", "2024 Ford Transit"),
        ("removed", "2021 Honda CR-V"),
    }
    assert (await book.ask(ListPolicies(status="future"))).items == []


async def test_a_corrected_first_day_is_no_term_of_its_own_and_covers_nothing(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy(**THIS))
    await book.publish("policy", "P1", 2, policy(**THIS | {"effective": day(10)}))
    found = await only(book)
    assert (found.in_force, found.standing, len(found.terms)) == (False, "future", 1)


async def test_what_was_deleted_leaves_no_term_behind(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy(**LAST))
    await book.publish("policy", "P1", 2, policy(**THIS))
    await book.publish("policy", "P1", 3, None)
    assert await book.logins.value("SELECT count(*) FROM policy_terms") == 0


async def test_terms_that_are_told_in_the_policy_or_as_policies_of_their_own_are_known_too(book: Book) -> None:
    await book.publish("policy", "P1", 1, policy(**THIS, terms=[NEXT]))
    await book.publish("policy", "P0", 1, policy(**LAST, status="Renewed"))
    await book.publish("policy", "P1", 2, policy(**THIS, terms=[NEXT], renews="P0"))
    found = await book.ask(GetPolicy(policy=await book.logins.value("SELECT id FROM policies WHERE ams_id = 'P1'")))
    assert told(found) == EVERY
    assert found.since_last_term is not None
    (premium,) = found.since_last_term.items
    assert (premium.subject, premium.how, str(premium.before), str(premium.after)) == (
        *("premium", "changed"),
        *("1000.00", "1200.50"),
    )


async def test_a_term_of_another_account_is_not_shown(book: Book) -> None:
    other = new_id()
    await tell_account(book.ops, book.agency, other, "A2", "Other household")
    await book.publish("policy", "P1", 1, policy(**LAST, account="A2"))
    await book.publish("policy", "P0", 1, policy(**LAST, account="A2"))
    await book.publish("policy", "P1", 2, policy(**THIS, renews="P0"))
    found = await only(book)
    assert told(found) == [EVERY[1]]
    assert found.since_last_term is None
