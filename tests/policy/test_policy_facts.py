"""One policy in full: its people, places, bills and links, with nothing on it that pages must not show."""

from contextlib import suppress
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.kinds import Caller, NotFound
from contracts.policy.policies import GetHomePolicies, GetPolicy, ListPolicies, Policy
from contracts.policy.vehicles import ListInsuredVehicles, ListVehiclesOf
from contracts.principal import Kind, Role
from services.policy.handlers import service
from services.policy.terms import today_in
from tests import stack

from .conftest import Book, day, policy

CAR = {"id": "1", "year": 2021, "make": "Honda", "model": "CR-V", "vin": "1HGCM82633A004352", "state": "TX"}

CARRIER: dict[str, Any] = {
    "name": "Zebra Fictional",
    "naic": "99001",
    "phone": "800-555-0101",
    "claim_phone": "800-555-0102",
    "payment_url": "https://pay.zebra.example",
    "claim_url": "https://claims.zebra.example",
    "lines": [{"line": "Flood", "phone": "800-555-0109", "payment_url": "https://flood.zebra.example"}],
}


async def shown(book: Book, **changes: Any) -> Policy:
    await book.publish("policy", "P1", 1, policy(**changes))
    (listed,) = (await book.ask(ListPolicies(status="all"))).items
    found: Policy = await book.ask(GetPolicy(policy=listed.id))
    return found


async def test_numbers_of_licences_and_loans_leave_by_their_end_alone(book: Book) -> None:
    found = await shown(
        book,
        # with letters that no id has by chance
        drivers=[{"name": "Pat Rivera", "licence_number": "TX-04RQ1902", "licence_state": "TX"}],
        interests=[{"name": "First Sample Bank", "nature": "Mortgagee", "loan_number": "00ZX 1199 23"}],
    )
    assert (found.drivers[0].licence, found.interests[0].loan) == ("•••• 1902", "•••• 9923")
    body = found.model_dump_json()
    assert "04RQ" not in body and "00ZX" not in body


async def test_no_answer_to_anybody_and_nothing_that_is_told_has_such_a_number_whole(book: Book) -> None:
    numbers = {
        "vehicles": [CAR],
        "drivers": [{"name": "Pat Rivera", "licence_number": "04471902"}, {"name": "X", "licence_number": "04471902"}],
        "interests": [{"name": "First Sample Bank", "nature": "MG", "loan_number": "0047119923"}],
    }
    term = {"effective": day(-465), "expiration": day(-100), **numbers}
    await shown(book, **numbers, terms=[term])
    assert await book.logins.value("SELECT count(*) FROM policies WHERE raw::text LIKE '%04471902%0047119923%'") == 1
    policies = await book.logins.value("SELECT id FROM policies")
    known = {"policy": policies, "account": book.account, "kind": "vehicle-add", "status": "all"}
    who = {
        Caller.INSURED: stack.signed(book.agency, book.account),
        Caller.AGENCY: stack.signed(book.agency, kind=Kind.STAFF, role=Role.ADMIN),
    }
    answered = []
    for request in service.answered:
        wanted = {name: value for name, value in known.items() if name in request.model_fields}
        if not request.reads or request.caller not in who:
            continue
        with suppress(ValidationError, NotFound):
            answer = (await book.asker.ask(request(**wanted), who[request.caller])).model_dump_json()
            answered.append(request)
            assert "04471902" not in answer and "0047119923" not in answer, request
    assert {GetPolicy, ListPolicies, GetHomePolicies, ListInsuredVehicles, ListVehiclesOf} <= set(answered)
    for row in await book.logins.fetch("SELECT body FROM outbox"):
        assert b"04471902" not in row["body"] and b"0047119923" not in row["body"]


async def test_interests_have_their_nature_and_what_they_concern_and_end(book: Book) -> None:
    found = await shown(
        book,
        vehicles=[{"id": "V1", "make": "Honda"}],
        interests=[
            {"name": "Second Bank", "nature": "MG", "rank": 2},
            {"name": "Over", "nature": "LP", "ends_on": day(-2)},
            {"name": "Third Bank", "nature": "MG", "rank": 3, "ends_on": day(2)},
            {"name": "Motor Credit", "nature": "Loss Payee", "item": "V1", "rank": 1},
            {"name": "Somebody", "nature": "Friend of the house"},
        ],
    )
    assert [(one.name, one.nature, one.item) for one in found.interests] == [
        ("Somebody", "Friend of the house", ""),
        ("Motor Credit", "LP", "Honda"),
        ("Second Bank", "MG", ""),
        ("Third Bank", "MG", ""),
    ]


async def test_an_interest_ends_when_its_day_begins_where_the_policy_is(book: Book) -> None:
    # a day and an hour apart: it has ended on the one side of the date line and lasts on the other
    far_east, far_west = "Pacific/Kiritimati", "Pacific/Pago_Pago"
    interest = {"name": "Bank", "nature": "LP", "ends_on": today_in(far_east).isoformat()}
    for zone, lasting in ((far_east, []), (far_west, ["Bank"])):
        await book.publish("policy", zone, 1, policy(number=zone, time_zone=zone, interests=[interest]))
        (listed,) = (await book.ask(ListPolicies(q=zone))).items
        assert [one.name for one in (await book.ask(GetPolicy(policy=listed.id))).interests] == lasting


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_of_a_policy_without_a_zone_the_agencys_counts(book: Book, zone: str) -> None:
    await book.logins.fetch(f'UPDATE agencies SET details = details || \'{{"time_zone": "{zone}"}}\'')
    # at any time of day one of the two zones has another day than UTC
    days = {"Ends first": today_in("UTC"), "Ends last": today_in("Pacific/Kiritimati")}
    interests = [{"name": name, "nature": "LP", "ends_on": ends.isoformat()} for name, ends in days.items()]
    before = today_in(zone)
    found = await shown(book, interests=interests)
    expected = [[name for name, ends in days.items() if ends > today] for today in (before, today_in(zone))]
    assert [one.name for one in found.interests] in expected


async def test_words_of_the_ams_are_mapped_and_kept(book: Book) -> None:
    found = await shown(book, line="General Liability", status="In Force", billing="Direct bill", billing_type="CPB")
    assert (found.line, found.raw_line, found.status, found.raw_status) == (
        *("CGL", "General Liability"),
        *("active", "In Force"),
    )
    assert (found.billing, found.billing_details.biller, found.billing_details.raw) == ("Direct bill", "company", "CPB")


async def test_links_are_the_carriers_for_the_line_else_for_all(book: Book) -> None:
    await book.publish("carrier", "C1", 1, CARRIER)
    flood = (await shown(book, line="FLOOD")).carrier_details
    assert (flood.phone, flood.payment_url) == ("800-555-0109", "https://flood.zebra.example")
    assert (flood.claim_phone, flood.claim_url) == ("800-555-0102", "https://claims.zebra.example")
    await book.publish("policy", "P1", 2, policy(line="HOME"))
    (listed,) = (await book.ask(ListPolicies())).items
    assert (await book.ask(GetPolicy(policy=listed.id))).carrier_details.payment_url == "https://pay.zebra.example"


async def test_a_link_that_is_not_https_never_comes_in(book: Book) -> None:
    wrong = {**CARRIER, "lines": [{"line": "FLOOD", "claim_url": "http://claims.zebra.example"}]}
    await book.publish_refused("carrier", "C1", 1, wrong)
    assert (await shown(book)).carrier_details.claim_url == ""
    assert await book.logins.value("SELECT pointer FROM quarantine") == "/data/lines/0/claim_url"


async def test_a_card_names_the_company_that_writes_the_policy_with_its_number(book: Book) -> None:
    await book.publish("carrier", "C1", 1, CARRIER)
    await book.publish("carrier", "C2", 1, {"name": "Zebra Lloyds", "company_numbers": {"TX": "TX-7"}})
    found = await shown(book, writing_carrier="C2", vehicles=[{"id": "1", "state": "TX"}, {"id": "2", "state": "OK"}])
    cards = (await book.ask(ListInsuredVehicles())).items
    assert [(card.carrier, card.company_number) for card in cards] == [("Zebra Lloyds", "TX-7"), ("Zebra Lloyds", "")]
    assert (found.carrier_details.name, found.carrier_details.writing_company) == ("Zebra Fictional", "Zebra Lloyds")


async def test_a_notice_of_cancellation_counts_whatever_the_status_says(book: Book) -> None:
    notice = {"on": day(9), "reason": "Payment not received", "amount": "140.83"}
    found = await shown(book, status="Active", pending_cancellation=notice, next_due_on=day(5), next_due="70.00")
    assert (found.status, found.in_force, found.cancellation_on and found.cancellation_on.isoformat()) == (
        *("pending_cancellation", True),
        day(9),
    )
    assert found.pending_cancellation is not None and found.pending_cancellation.reason == "Payment not received"
    home = await book.ask(GetHomePolicies())
    assert home.pending_cancellation == home.due == [found.id]
    assert home.renewing == []


async def test_coverages_have_levels_forms_and_words(book: Book) -> None:
    found = await shown(
        book,
        locations=[{"id": "L1", "street": "12 Lantern Way", "coverages": [{"code": "DWELL"}]}],
        coverages=[
            {"code": "WC", "wording": "Statutory", "form": "WC 00 00", "edition": "01/15"},
            {"code": "BLDG", "level": "location", "item": "L1", "deductibles": [{"basis": "wind", "percent": "2"}]},
        ],
        discounts=[{"description": "Paid in full", "amount": "-20"}],
    )
    statutory, building = found.coverages
    assert (statutory.wording, statutory.form, building.item) == ("Statutory", "WC 00 00 01/15", "12 Lantern Way")
    assert (str(building.deductibles[0].percent), building.deductibles[0].amount) == ("2", None)
    assert found.locations[0].coverages[0].code == "DWELL"
    assert [one.description for one in found.discounts] == ["Paid in full"]


async def test_a_page_is_found_by_a_lines_name_and_its_cursor_holds_while_the_list_changes(book: Book) -> None:
    for number in range(5):
        await book.publish("policy", f"P{number}", 1, policy(number=f"N-{number}", line="HOME"))
    assert len((await book.ask(ListPolicies(q="casa", q_lines=["HOME"]))).items) == 5
    first = await book.ask(ListPolicies(sort="number", limit=2))
    await book.publish("policy", "P0", 2, None)
    await book.publish("policy", "P9", 1, policy(number="N-00", line="HOME"))
    rest = await book.ask(ListPolicies(sort="number", limit=9, cursor=first.cursor))
    assert [item.number for item in (*first.items, *rest.items)] == ["N-0", "N-1", "N-2", "N-3", "N-4"]
    other = await book.ask(ListPolicies(sort="renewal", limit=9, cursor=first.cursor))  # of a list in another order
    assert len(other.items) == 5
