"""The demo agency's book: complete, as the guides describe it, and about nobody real."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

import pytest

from contracts import ams
from kit.bus import feed_events
from kit.bus.feed_events import FeedEvent
from ops.demo.load import WHO, demo_agency, demo_events, demo_heartbeat
from ops.demo.vins import check_digit
from services.policy.changes import changes
from services.policy.statuses import status_of

DAYS = (date(2026, 11, 22), date(2027, 2, 28), date(2028, 2, 29), date(2027, 12, 31))
MAILBOX = re.compile(r"portico\.demo\.insured@gmail\.com|[a-z.]+@(example\.com|[a-z]+\.example)")
AREAS = "512|210|713|214|817|915|718|806|409|972|361|254|432|903|813|407|305|941|312|630|217|212|585|716|847|309|347"
TELEPHONE = re.compile(rf"\((800|{AREAS})\) 555-01\d\d|\+1({AREAS})55501\d\d")


@cache
def book(today: date) -> tuple[FeedEvent, ...]:
    def subject(line: str) -> str:
        return f"ams.demo.{json.loads(line)['type'].split('.')[1]}"

    return tuple(feed_events.parse(subject(line), line.encode()) for line in demo_events(today))


def entities(kind: type[Any], today: date = DAYS[0]) -> dict[str, Any]:
    return {event.ams_id: event.data for event in book(today) if isinstance(event.data, kind)}


def account_of(email: str) -> list[ams.Account]:
    accounts = entities(ams.Account)
    return [accounts[contact.account] for contact in entities(ams.Contact).values() if contact.email == email]


def policies_of(email: str, today: date = DAYS[0]) -> list[ams.Policy]:
    held = {contact.account for contact in entities(ams.Contact, today).values() if contact.email == email}
    return [policy for policy in entities(ams.Policy, today).values() if policy.account in held]


@pytest.mark.parametrize("today", DAYS)
def test_every_event_is_one_that_the_feed_accepts_and_none_comes_twice(today: date) -> None:
    events = book(today)
    assert len({event.id for event in events}) == len(events)
    assert max(len(line.encode()) for line in demo_events(today)) < ams.MAX_EVENT_BYTES
    known = {event.ams_id for event in events}
    for event in events:
        assert event.data is None or {getattr(event.data, "account", None), getattr(event.data, "carrier", None)} <= {
            None,
            *known,
        }


def test_the_same_day_gives_the_same_book_and_a_later_day_a_newer_one() -> None:
    today = DAYS[0]
    assert list(demo_events(today)) == list(demo_events(today))
    tomorrow = book(today + timedelta(days=1))
    assert min(event.version for event in tomorrow) > max(event.version for event in book(today))
    assert not {event.id for event in tomorrow} & {event.id for event in book(today)}


def test_a_heartbeat_says_only_that_the_feed_is_alive() -> None:
    lines = [demo_heartbeat(datetime(2026, 11, 22, hour, tzinfo=UTC)) for hour in (8, 9)]
    events = [feed_events.parse("ams.demo.feed", line.encode()) for line in lines]
    assert [event.raw for event in events] == [{}, {}]
    assert len({event.id for event in (*events, *book(DAYS[0]))}) == len(book(DAYS[0])) + 2


def test_what_was_drawn_from_the_book_yesterday_still_holds_within_the_week() -> None:
    monday, sunday = date(2026, 11, 16), date(2026, 11, 22)
    assert entities(ams.Policy, monday) == entities(ams.Policy, sunday)


def test_there_are_forty_accounts_of_both_kinds_in_four_states() -> None:
    accounts = entities(ams.Account).values()
    assert len(accounts) == 40
    assert Counter(account.type for account in accounts) == {"personal": 30, "commercial": 10}
    assert {account.state for account in accounts} == {"TX", "FL", "IL", "NY"}
    assert len({account.number for account in accounts}) == 40
    assert len(entities(ams.Carrier)) == 8


def test_every_line_and_every_standing_is_there() -> None:
    policies = entities(ams.Policy).values()
    assert {policy.line for policy in policies} >= {
        *("AUTOP", "HOME", "PUMBR", "FLOOD", "DFIRE", "BOAT"),
        *("BOP", "AUTOB", "CGL", "WORK", "CUMBR", "EO", "MTRTK"),
    }
    assert {policy.status for policy in policies} == {
        *("Active", "Pending Cancel", "Cancelled", "Expired", "Renewed", "Replaced", "Non-Renewal"),
    }
    assert any(policy.effective > DAYS[0] for policy in policies)
    assert max(len(policy.vehicles) for policy in policies if policy.line == "AUTOP") == 4
    assert any(driver.excluded for policy in policies for driver in policy.drivers)
    assert max(Counter(policy.account for policy in policies).values()) >= 9


def test_the_demo_people_show_what_a_policys_page_can() -> None:
    rivera = {ams_id: policy for ams_id, policy in entities(ams.Policy).items() if policy.account == "A-10021"}
    (renewed,) = [policy for policy in rivera.values() if policy.renews]
    told = changes(rivera[renewed.renews], renewed, "USD").items
    assert {change.subject for change in told} >= {"premium", "limit", "deductible", "vehicle", "driver", "interest"}
    assert renewed.next_due_on is not None and renewed.next_due_on > DAYS[0]
    (home,) = [policy for policy in rivera.values() if policy.line == "HOME"]
    assert [interest.nature for interest in home.interests] == ["MG"] and home.locations[0].street
    assert any(len(policy.locations) > 1 for policy in policies_of("morgan.diaz@example.com") if policy.line == "CGL")
    notices = [policy.pending_cancellation for policy in policies_of("vin.short@example.com")]
    assert [notice.reason for notice in notices if notice] == ["Payment not received"]


def test_premiums_add_up() -> None:
    for policy in entities(ams.Policy).values():
        parts = [*policy.coverages, *chain.from_iterable(vehicle.coverages for vehicle in policy.vehicles)]
        assert policy.premium == sum(part.premium or 0 for part in parts) > 0


@pytest.mark.parametrize("today", [DAYS[0] + timedelta(days=day) for day in range(14)])
def test_the_demo_looks_alike_on_every_day_of_the_week(today: date) -> None:
    [auto] = [policy for policy in policies_of("sam.lee@example.com", today) if policy.line == "AUTOP"]
    assert auto.effective < today < auto.expiration <= today + timedelta(days=30)
    for policy in entities(ams.Policy, today).values():
        covered = policy.effective <= today < policy.expiration
        if policy.status in ("Pending Cancel", "Non-Renewal"):
            assert covered
        if policy.status == "Pending Cancel":
            assert today < policy.cancellation_on < policy.expiration
        if policy.status == "Cancelled":
            assert policy.effective < policy.cancellation_on < today < policy.expiration
        if policy.status in ("Expired", "Renewed", "Replaced"):
            assert policy.expiration < today
        if policy.status == "Active":
            assert covered or policy.effective >= today


def test_the_demo_people_are_as_the_table_says() -> None:
    contacts = list(entities(ams.Contact).values())
    by_email = {contact.email: contact for contact in contacts}
    for address, accounts, _ in WHO:
        assert ", ".join(account.name for account in account_of(address)) == accounts

    pat, sam = by_email["pat.rivera@example.com"], by_email["sam.lee@example.com"]
    assert (pat.role, bool(pat.mobile), account_of(pat.email)[0].state) == ("primary", True, "TX")
    assert [c.role for c in contacts if c.account == pat.account] == ["primary", "second"]
    rivera = {p.line: p for p in policies_of(pat.email) if p.status == "Active"}
    assert len(rivera["AUTOP"].vehicles) == 2 and "HOME" in rivera
    assert (sam.mobile, sam.language) == ("", "es")

    assert [account.type for account in account_of("morgan.diaz@example.com")] == ["personal", "commercial"]
    assert {"AUTOB", "CGL", "WORK"} <= {policy.line for policy in policies_of("morgan.diaz@example.com")}
    assert by_email["portico.demo.insured@gmail.com"].role == "primary"
    casey, robin = by_email["casey.bell@example.com"], by_email["robin.bell@example.com"]
    assert (casey.account, casey.role, casey.access) == (robin.account, "additional", True)
    assert (robin.role, robin.access) == ("additional", False)
    assert all(policy.expiration < DAYS[0] for policy in policies_of("lee.lapsed@example.com"))
    assert {v.state for p in policies_of("nora.york@example.com") for v in p.vehicles} == {"NY"}


def test_only_the_cars_that_are_meant_to_have_no_right_number() -> None:
    def is_right(number: str) -> bool:
        return len(number) == 17 and check_digit(number) == number[8]

    wrong = {
        (policy.account, vehicle.year)
        for policy in entities(ams.Policy).values()
        for vehicle in policy.vehicles
        if not is_right(vehicle.vin)
    }
    assert wrong == {("A-10096", 2016), ("A-10103", 1967)}
    assert account_of("vin.short@example.com")[0].number == "10096"
    assert any(p.status == "Pending Cancel" for p in policies_of("vin.short@example.com"))


def test_check_digits_are_those_of_the_standard() -> None:
    assert check_digit("1M8GDM9AXKP042788") == "X"
    assert check_digit("11111111111111111") == "1"
    assert check_digit("1M8GDM9AXKP042789") != "X"


def test_carriers_have_and_lack_what_pages_must_cope_with() -> None:
    carriers = entities(ams.Carrier).values()
    assert any(not carrier.payment_url and not carrier.claim_url for carrier in carriers)
    assert any(not carrier.naic and carrier.company_numbers for carrier in carriers)
    assert any("FL" in carrier.company_numbers for carrier in carriers)
    assert all(re.fullmatch(r"(99\d{3})?", carrier.naic) for carrier in carriers)
    by_slug = entities(ams.Carrier)
    assert any(
        vehicle.state not in by_slug[policy.carrier].company_numbers and not by_slug[policy.carrier].naic
        for policy in entities(ams.Policy).values()
        for vehicle in policy.vehicles
    )


def test_nobody_in_it_is_real() -> None:
    agency = demo_agency()
    assert agency.demo and agency.slug == "demo" and agency.time_zone == "America/Chicago"
    assert MAILBOX.fullmatch(agency.email) and TELEPHONE.fullmatch(agency.phone)
    for contact in entities(ams.Contact).values():
        assert contact.email == "" or MAILBOX.fullmatch(contact.email), contact.email
        assert contact.mobile == "" or TELEPHONE.fullmatch(contact.mobile), contact.mobile
        assert TELEPHONE.fullmatch(contact.phone), contact.phone
    for carrier in entities(ams.Carrier).values():
        assert TELEPHONE.fullmatch(carrier.phone)
        assert all(".example" in url for url in (carrier.payment_url, carrier.claim_url) if url)


def test_its_words_for_a_status_are_all_known() -> None:
    words = {policy.status for policy in entities(ams.Policy).values()}
    assert ams.PolicyStatus.UNKNOWN not in {status_of(word) for word in words}


def test_some_contacts_cannot_sign_in_and_two_share_an_address() -> None:
    contacts = list(entities(ams.Contact).values())
    assert any(contact.role == "primary" and not contact.email for contact in contacts)
    assert any(contact.role != "primary" and contact.access for contact in contacts)
    assert any(contact.role != "primary" and not contact.access for contact in contacts)
    assert {bool(contact.mobile) for contact in contacts} == {True, False}
    shared = Counter(contact.email for contact in contacts if contact.email)
    assert [address for address, times in shared.items() if times > 1] == [
        "morgan.diaz@example.com",
        "petra.novak@example.com",
    ]


def test_receipts_belong_to_policies_that_are_there_and_add_up() -> None:
    receipts, policies = entities(ams.Receipt), entities(ams.Policy)
    assert len({receipt.number for receipt in receipts.values()}) == len(receipts)
    for receipt in receipts.values():
        assert sum(line.amount for line in receipt.lines) == receipt.amount
        assert receipt.received_on < DAYS[0]
        assert {policies[line.policy].account for line in receipt.lines if line.policy} == {receipt.account}
    (reversal,) = [receipt for receipt in receipts.values() if receipt.reverses]
    assert reversal.amount == -receipts[reversal.reverses].amount


@pytest.mark.parametrize("today", DAYS)
def test_certificates_say_what_the_policies_say_and_name_holders_that_are_there(today: date) -> None:
    policies, holders = entities(ams.Policy, today), entities(ams.CertificateHolder, today)
    masters, issued = entities(ams.CertificateMaster, today), entities(ams.Certificate, today)
    assert {masters[one.master].account for one in issued.values()} == {"A-20047"}
    assert {holders[one.holder].account for one in issued.values()} == {"A-20047"}
    for certificate in issued.values():
        assert certificate.issued_on < today < min(line.expiration for line in certificate.lines)
        assert [line.policy for line in certificate.lines] == [
            line.policy for line in masters[certificate.master].lines
        ]
        for line in certificate.lines:
            policy = policies[line.policy]
            assert (policy.status, policy.account) == ("Active", certificate.account)
            assert (line.number, line.effective, line.expiration) == (
                policy.number,
                policy.effective,
                policy.expiration,
            )
            assert sum(amount.amount for amount in line.limits) == sum(
                limit.amount for coverage in policy.coverages for limit in coverage.limits
            )
    assert not any(line.additional_insured for master in masters.values() for line in master.lines)
