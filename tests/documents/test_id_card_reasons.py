"""For which vehicles there is no card, and the reason that is given."""

from datetime import date
from typing import Any

import pytest

from contracts.ams import PolicyStatus
from services.documents.accounts import Holder
from services.documents.id_cards.reasons import reason

from .facts import HOLDER, insured


def why(vehicle: dict[str, Any] | None = None, **changes: Any) -> str | None:
    return reason(insured(vehicle, **changes), HOLDER, "fresh")


def test_a_complete_vehicle_in_force_has_a_card() -> None:
    assert why() is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", "state_missing"),
        ("ON", "state_missing"),
        ("NY", "carrier_card_only"),
        ("HI", "carrier_card_only"),
        ("MA", "state_has_no_card"),
        ("NH", "state_has_no_card"),
        ("FL", None),
        ("OH", None),
    ],
)
def test_the_vehicles_state_decides(state: str, expected: str | None) -> None:
    assert why({"state": state}) == expected


@pytest.mark.parametrize(
    ("vehicle", "expected"),
    [
        ({"vin": "1HGCM82633A0043"}, "vin_incomplete"),
        ({"vin": ""}, "vin_incomplete"),
        ({"vin": "1HGCM82633A004325"}, "vin_wrong"),
        ({"vin": "6T07C123456", "year": 1966}, None),
        ({"year": None}, "vehicle_details_missing"),
        ({"make": " "}, "vehicle_details_missing"),
        ({"model": ""}, None),
    ],
)
def test_the_vehicle_must_be_described(vehicle: dict[str, Any], expected: str | None) -> None:
    assert why(vehicle) == expected


def test_a_policy_that_is_not_in_force_has_none() -> None:
    assert why(in_force=False) == "not_in_force"
    assert why(in_force=False, status=PolicyStatus.PENDING_CANCELLATION) == "not_in_force"


def test_none_while_a_cancellation_is_coming() -> None:
    day = date(2026, 12, 15)
    assert why(status=PolicyStatus.PENDING_CANCELLATION) == "pending_cancellation"
    assert why(status=PolicyStatus.CANCELLED, cancellation_on=day) == "pending_cancellation"
    assert why(status=PolicyStatus.REINSTATED, cancellation_on=day) is None


def test_the_carriers_number_for_the_state_must_be_known() -> None:
    assert why(company_number=" ") == "carrier_number_missing"


def test_where_the_state_asks_for_liability_it_must_be_known() -> None:
    assert why(liability=[]) == "liability_missing"
    assert why({"state": "OH"}, liability=[]) is None


def test_where_the_state_asks_for_the_address_it_must_be_known() -> None:
    nowhere = Holder("a-1", "Rivera household", "", "Austin", "TX", "")
    assert reason(insured(), nowhere, "fresh") == "address_missing"
    assert reason(insured({"state": "OH"}), nowhere, "fresh") is None


def test_nothing_is_made_from_stale_data() -> None:
    assert reason(insured(), HOLDER, "quiet") is None
    assert reason(insured(), HOLDER, "stale") == "stale_data"
    assert reason(insured(), HOLDER, "never") == "stale_data"
    assert reason(insured(in_force=False), HOLDER, "stale") == "stale_data"
    assert reason(insured({"state": "NY"}), HOLDER, "stale") == "carrier_card_only"
