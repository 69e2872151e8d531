"""What changed since the last term, in an insured's terms: found by what things are, not where they stand."""

from typing import Any

import pytest

from contracts import ams
from services.policy.changes import changes

CAR = {"id": "1", "year": 2021, "make": "Honda", "model": "CR-V", "vin": "1HGCM82633A004352"}
COLL: dict[str, Any] = {"code": "COLL", "deductibles": [{"basis": "each loss", "amount": "500"}]}
BI: dict[str, Any] = {"code": "BI", "limits": [{"basis": "each person", "amount": "50000"}]}
HOUSE = {"id": "L1", "street": "12 Lantern Way"}
BANK = {"nature": "Mortgagee", "name": "First Sample Bank"}


def term(**changed: Any) -> ams.Term:
    return ams.Term.model_validate({"effective": "2025-01-01", "expiration": "2026-01-01", **changed})


def found(before: ams.Term, after: ams.Term) -> list[tuple[Any, ...]]:
    """Each change by what it says, without what is empty."""
    return [
        tuple(
            value
            for value in (one.subject, one.how, one.code, one.name, one.item, one.basis, one.before, one.after)
            if value not in ("", None)
        )
        for one in changes(before, after, "USD").items
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        ({"premium": "100"}, {"premium": "120"}, [("premium", "changed", 100, 120)]),
        ({}, {"premium": "120"}, [("premium", "added", 120)]),
        ({"coverages": [BI]}, {"coverages": [COLL]}, [("coverage", "added", "COLL"), ("coverage", "removed", "BI")]),
        (
            {"coverages": [BI]},
            {"coverages": [BI | {"limits": [{"basis": "Each person", "amount": "100000"}]}]},
            [("limit", "changed", "BI", "Each person", 50000, 100000)],
        ),
        (
            {"vehicles": [CAR | {"coverages": [COLL]}]},
            {"vehicles": [CAR | {"id": "7", "coverages": [COLL | {"deductibles": [{"amount": "1000"}]}]}]},
            [
                ("deductible", "added", "COLL", "2021 Honda CR-V", 1000),
                ("deductible", "removed", "COLL", "2021 Honda CR-V", "each loss", 500),
            ],
        ),
        ({"vehicles": [CAR | {"coverages": [COLL]}]}, {}, [("vehicle", "removed", "2021 Honda CR-V")]),
        ({"locations": [HOUSE]}, {"locations": [HOUSE | {"id": "L9"}]}, []),
        (
            {"locations": [HOUSE | {"coverages": [BI]}]},
            {"locations": [HOUSE]},
            [("coverage", "removed", "BI", "12 Lantern Way")],
        ),
        (
            {"drivers": [{"name": "Pat Rivera"}]},
            {"drivers": [{"name": "pat rivera", "excluded": True}]},
            [("excluded_driver", "added", "pat rivera"), ("driver", "removed", "Pat Rivera")],
        ),
        ({"interests": [BANK]}, {"interests": [BANK | {"nature": "MG"}]}, []),
        ({"interests": [BANK]}, {}, [("interest", "removed", "MG", "First Sample Bank")]),
        ({}, {"discounts": [{"description": "Paid in full", "amount": "-20"}]}, [
            ("discount", "added", "Paid in full", -20)
        ]),
    ],
)  # fmt: skip
def test_each_change_is_told_once(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    told = found(term(**before), term(**after))
    assert sorted(told, key=str) == sorted(expected, key=str)


def test_a_percentage_is_not_compared_with_an_amount() -> None:
    def wind(**how: str) -> ams.Term:
        return term(coverages=[{"code": "DWELL", "deductibles": [{"basis": "wind", **how}]}])

    (raised,) = changes(wind(percent="1"), wind(percent="2"), "USD").items
    assert (raised.subject, raised.how, raised.percent) == ("deductible", "changed", True)
    other = changes(wind(amount="500"), wind(percent="2"), "USD").items
    assert [(one.how, one.percent) for one in other] == [("added", True), ("removed", False)]


def test_what_matters_most_stands_first() -> None:
    after = term(premium="9", coverages=[BI], drivers=[{"name": "Pat"}], vehicles=[CAR], discounts=[{"code": "D"}])
    order = ["premium", "vehicle", "driver", "coverage", "discount"]
    assert [one.subject for one in changes(term(), after, "USD").items] == order
