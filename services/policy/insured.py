"""What a policy covers and for whom, from the AMS's words to what an insured may see."""

from collections.abc import Iterable, Mapping
from datetime import date

from contracts import ams
from contracts.policy.insured import Coverage, Deductible, Discount, Driver, Interest, Limit, Location, Vehicle

from .masks import end_of
from .natures import nature_of
from .summaries import money


def names_of(term: ams.Term) -> dict[str, str]:
    """What the vehicles, locations and drivers of a term are called, by the ids that its coverages name them by."""
    return {
        **{driver.id: driver.name for driver in term.drivers if driver.id},
        **{location.id: location_name(location) for location in term.locations},
        **{vehicle.id: vehicle_name(vehicle) for vehicle in term.vehicles},
    }


def vehicle_name(given: ams.Vehicle) -> str:
    """2021 Honda CR-V."""
    return " ".join(part for part in (str(given.year or ""), given.make, given.model) if part)


def location_name(given: ams.Location) -> str:
    """What people call a location by: its description, else its address, else its number."""
    return given.description or given.street or given.city or given.number or given.id


def coverages(given: Iterable[ams.Coverage], names: Mapping[str, str] | None = None) -> list[Coverage]:
    """The AMS's coverages as ours; `names` of what they belong to, by id."""
    return [
        Coverage(
            code=each.code,
            description=each.description,
            limits=[Limit(basis=limit.basis, amount=limit.amount) for limit in each.limits],
            deductibles=[
                Deductible(basis=one.basis, amount=one.amount, percent=one.percent, type=one.type)
                for one in each.deductibles
            ],
            premium=each.premium,
            wording=each.wording,
            item=(names or {}).get(each.item, ""),
            form=" ".join(part for part in (each.form, each.edition) if part),
        )
        for each in given
    ]


def discounts(term: ams.Term, names: Mapping[str, str], currency: str) -> list[Discount]:
    """Discounts and surcharges, apart from coverages."""
    return [
        Discount(
            description=each.description or each.code,
            surcharge=each.surcharge,
            amount=money(each.amount, currency),
            percent=each.percent,
            item=names.get(each.item, ""),
        )
        for each in term.discounts
    ]


def vehicle(given: ams.Vehicle) -> Vehicle:
    """The AMS's vehicle as ours."""
    return Vehicle(
        id=given.id,
        year=given.year,
        make=given.make,
        model=given.model,
        vin=given.vin,
        state=given.state,
        use=given.use,
        coverages=coverages(given.coverages),
    )


def driver(given: ams.Driver) -> Driver:
    """The AMS's driver as ours: of the licence only its end."""
    return Driver(
        name=given.name,
        excluded=given.excluded,
        relation=given.relation,
        licence=end_of(given.licence_number),
        licence_state=given.licence_state,
        financial_responsibility=given.financial_responsibility,
    )


def location(given: ams.Location) -> Location:
    """The AMS's location as ours."""
    return Location(
        id=given.id,
        name=given.description or " ".join(part for part in (given.number, given.building) if part),
        street=given.street,
        city=given.city,
        state=given.state,
        postal_code=given.postal_code,
        description=given.description,
        construction=given.construction,
        year_built=given.year_built,
        occupancy=given.occupancy,
        coverages=coverages(given.coverages),
    )


def interests(term: ams.Term, names: Mapping[str, str], today: date) -> list[Interest]:
    """Those that last on that day, mortgagees by rank."""
    lasting = [each for each in term.interests if each.ends_on is None or each.ends_on > today]
    return [
        Interest(
            nature=nature_of(each.nature),
            name=each.name,
            street=each.street,
            city=each.city,
            state=each.state,
            postal_code=each.postal_code,
            item=names.get(each.item, ""),
            loan=end_of(each.loan_number),
            rank=each.rank,
            ends_on=each.ends_on,
            waiver_of_subrogation=each.waiver_of_subrogation,
        )
        for each in sorted(lasting, key=lambda one: one.rank or 0)
    ]
