"""Facts and the trade's codes as people of a language write them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from contracts.ams import PolicyStatus
from contracts.policy.insured import Limit
from contracts.policy.money import Money
from gateway.formats import Formats
from gateway.rendering import translations
from gateway.words import STATUSES
from ops.demo.load import demo_events

EN, ES = (Formats(language, translations(language)) for language in ("en", "es"))


def test_facts_are_written_as_people_of_the_language_write_them() -> None:
    day, moment = date(2026, 11, 20), datetime(2026, 11, 20, 15, 5, 9, tzinfo=UTC)
    assert (EN.day(day), ES.day(day)) == ("Nov 20, 2026", "20 nov 2026")
    assert (EN.day_month(day), ES.day_month(day)) == ("November 20, 2026", "20 de noviembre de 2026")
    assert EN.stamp(moment, "America/Chicago") == "Nov 20, 2026, 9:05\u202fAM"
    assert EN.stamp(moment, "Nowhere/Atlantis") == "Nov 20, 2026, 3:05\u202fPM"
    assert EN.money(Money(amount=Decimal("1250.50"))) == "$1,250.50"
    assert EN.money(Decimal("100000.00")) == ES.money(Decimal(100_000)) == "$100,000"
    assert EN.money(Decimal("-12.30")) == "−$12.30"
    assert (EN.percent(Decimal("2.5")), ES.percent(Decimal(-8))) == ("2.5%", "−8%")
    assert (EN.phone("+15125550142"), EN.phone("512-555-0142")) == ("(512) 555-0142", "(512) 555-0142")
    assert (EN.phone("+442079460000"), EN.tel("+44 20 7946 0000")) == ("+442079460000", "+442079460000")
    assert (EN.tel("(512) 555-0142"), EN.tel("1-800-555-0110")) == ("+15125550142", "+18005550110")


def test_distances_in_days_are_words() -> None:
    today = date(2026, 11, 20)
    until = [(0, "today", "hoy"), (1, "tomorrow", "mañana"), (12, "in 12 days", "en 12 días")]
    for days, english, spanish in until:
        day = date(2026, 11, 20 + days) if days < 11 else date(2026, 12, 2)
        assert EN.days_until(day, "America/Chicago", today) == english
        assert ES.days_until(day, "America/Chicago", today) == spanish
    assert EN.days_until(date(2026, 11, 1), "America/Chicago", today) == "Nov 1, 2026"


def test_the_trades_codes_become_words() -> None:
    assert (EN.line("AUTOP"), ES.line("HOME"), EN.line("ZZZ")) == ("Personal Auto", "Vivienda", "ZZZ")
    said = [("personal auto ", "AUTOP"), ("Homeowners", "HOME"), ("ZZZ", "ZZZ")]
    assert [one.beyond_line(*pair) for one in (EN, ES) for pair in said] == [""] * 6
    assert ES.beyond_line("Rental at the lake", "HOME") == "Rental at the lake"
    assert set(STATUSES) == set(PolicyStatus)
    assert ES.status(PolicyStatus.PENDING_CANCELLATION) == "Cancelación pendiente"
    assert EN.coverage("PD", "") == "Property Damage Liability"
    assert EN.coverage("PD", "Property damage, enhanced") == "Property damage, enhanced"
    assert EN.coverage("XYZ", "") == "XYZ"
    assert EN.coverage("OS", "Other structures") == "Other structures"  # as the agency writes it
    assert ES.coverage("OS", "Other structures") == "Otras estructuras"
    assert ES.coverage("EAOCC", "Each occurrence") == "Cada incidente"
    assert ES.coverage("OS", "Sheds and barns") == "Sheds and barns"
    assert EN.limit(Limit(basis="Each Person", amount=Decimal(50_000))) == "$50,000 each person"
    assert ES.limit(Limit(basis="each accident", amount=Decimal(50_000))) == "$50,000 por accidente"
    assert ES.limit(Limit(basis="disease, policy limit", amount=Decimal(500))).startswith("$500 por enfermedad")
    assert EN.limit(Limit(basis="", amount=Decimal(500))) == "$500"


def test_the_code_stands_out_in_the_mailbox() -> None:
    assert EN.spot_code("your code is 402 913.") == "402 913"
    assert EN.spot_code("402913 is your code\n\n@localhost #402913") == "402913"
    assert EN.spot_code("Call (512) 555-0142 about policy 7730118") == ""


def test_initials_stand_for_a_name() -> None:
    assert [EN.initials(name) for name in ("Harbor & Pine Insurance", "Diaz", "24/7 Cover", "—")] == [
        "HP",
        "D",
        "C",
        "",
    ]


def test_what_was_paid_is_told_to_the_cent() -> None:
    assert EN.paid(Decimal(25), "USD") == "$25.00"
    assert EN.paid(Decimal("-1371.5"), "USD") == "−$1,371.50"
    assert ES.paid(Decimal("1371.5"), "USD") == "$1,371.50"


def test_what_an_agencys_system_writes_is_translated_where_it_is_usual() -> None:
    for written, spanish in (
        ("Cash", "Efectivo"),
        ("  down PAYMENT ", "Pago inicial"),
        ("Check 2207", "Cheque 2207"),
        ("Card ending 4021", "Tarjeta terminada en 4021"),
        ("Masonry", "Mampostería"),
        ("Several policies", "Varias pólizas"),
        ("Check the roof", "Check the roof"),
        ("Sea Breeze II", "Sea Breeze II"),
        ("", ""),
    ):
        assert (EN.usual(written), ES.usual(written)) == (written, spanish)


def test_what_the_demo_is_insured_for_reads_in_spanish() -> None:
    events = map(json.loads, demo_events(date(2026, 11, 20)))
    policies = [event["data"] for event in events if event["type"] == "ams.policy.upserted.v1"]
    places = [place for one in policies for place in one.get("locations", ())]
    insured = [*policies, *places, *(car for one in policies for car in one.get("vehicles", ()))]
    coverages = [coverage for one in insured for coverage in one.get("coverages", ())]
    bases = {amount["basis"] for one in coverages for key in ("limits", "deductibles") for amount in one.get(key, ())}
    usual = {one["description"] for policy in policies for one in policy.get("discounts", ())}
    usual |= {place[key] for place in places for key in ("construction", "occupancy") if place.get(key)}
    assert len({one["description"] for one in coverages}) > 30 and len(bases) > 5 and len(usual) > 2
    assert [one for one in coverages if ES.coverage(one["code"], one["description"]) == one["description"]] == []
    assert [one for one in bases if ES.basis(one) == one] == []
    assert [one for one in usual if ES.usual(one) == one] == []
