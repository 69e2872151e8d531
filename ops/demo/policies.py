"""The demo's policies by line: each function writes one, for a carrier and a term."""

from contracts.ams import Driver, Interest, Location

from . import coverages, trade_coverages
from .book import Car, Policy, Term


def auto(state: str, carrier: str, term: Term, *cars: Car, drivers: tuple[str, ...], excluded: str = "") -> Policy:
    """Personal auto."""
    named = tuple(Driver(name=name) for name in drivers)
    return Policy(
        "AUTOP",
        carrier,
        term,
        coverages.personal_auto(state),
        cars,
        coverages.physical_damage(),
        (*named, Driver(name=excluded, excluded=True)) if excluded else named,
        description="Personal auto",
    )


def least_auto(carrier: str, term: Term, *cars: Car, drivers: tuple[str, ...]) -> Policy:
    """Personal auto with Texas's least limits and no cover for the car itself."""
    return Policy(
        "AUTOP",
        carrier,
        term,
        coverages.least_auto(),
        cars,
        drivers=tuple(Driver(name=name) for name in drivers),
        description="Personal auto, liability only",
    )


def business_auto(carrier: str, term: Term, *cars: Car, drivers: tuple[str, ...]) -> Policy:
    """Business auto."""
    return Policy(
        "AUTOB",
        carrier,
        term,
        coverages.business_auto(),
        cars,
        coverages.physical_damage(1_000),
        tuple(Driver(name=name) for name in drivers),
        description="Business auto",
        billing="Agency bill",
    )


def home(carrier: str, term: Term, dwelling: int, built: int = 1988) -> Policy:
    """Homeowners, with the bank that lent on the house."""
    return Policy(
        "HOME",
        carrier,
        term,
        coverages.homeowners(dwelling),
        description="Homeowners",
        billing="Mortgagee bill",
        locations=(Location(id="1", description="Home", construction="Frame", year_built=built, occupancy="Owner"),),
        interests=(
            Interest(
                nature="MG",
                rank=1,
                name="Ledgerwood Savings Bank ISAOA ATIMA",
                loan_number=f"0047-{dwelling:07d}",
                street="PO Box 555010",
                city="Dallas",
                state="TX",
                postal_code="75201",
            ),
        ),
    )


def contents(carrier: str, term: Term, limit: int, description: str = "Renters") -> Policy:
    """Renters, or a condominium owner's policy."""
    return Policy("HOME", carrier, term, coverages.contents_only(limit), description=description)


def rental(carrier: str, term: Term, dwelling: int, where: str) -> Policy:
    """A dwelling let to others."""
    return Policy("DFIRE", carrier, term, coverages.rented_dwelling(dwelling), description=f"Rental, {where}")


def flood(carrier: str, term: Term, building: int = 250_000, inside: int = 100_000) -> Policy:
    """Flood."""
    return Policy("FLOOD", carrier, term, coverages.flood(building, inside), description="Flood")


def boat(carrier: str, term: Term, hull: int, name: str) -> Policy:
    """A boat."""
    return Policy("BOAT", carrier, term, coverages.boat(hull), description=name)


def umbrella(carrier: str, term: Term, limit: int = 1_000_000) -> Policy:
    """A household's umbrella."""
    return Policy("PUMBR", carrier, term, coverages.umbrella(limit, limit // 4_500), description="Personal umbrella")


def business_umbrella(carrier: str, term: Term, limit: int = 2_000_000) -> Policy:
    """A business's umbrella."""
    covered = coverages.umbrella(limit, limit // 1_100, retention=10_000)
    return Policy("CUMBR", carrier, term, covered, description="Commercial umbrella", billing="Agency bill")


def liability(carrier: str, term: Term, premium: int, *locations: Location) -> Policy:
    """Commercial general liability."""
    covered = trade_coverages.general_liability(premium)
    return Policy(
        "CGL", carrier, term, covered, description="General liability", billing="Agency bill", locations=locations
    )


def workers(carrier: str, term: Term, premium: int) -> Policy:
    """Workers' compensation."""
    covered = trade_coverages.workers_compensation(premium)
    return Policy("WORK", carrier, term, covered, description="Workers' compensation")


def business_owners(carrier: str, term: Term, building: int, inside: int) -> Policy:
    """A business owner's package."""
    covered = trade_coverages.business_owners(building, inside)
    place = Location(id="1", number="1", building="1", description="Main location", construction="Masonry")
    return Policy("BOP", carrier, term, covered, description="Business owner's package", locations=(place,))


def professional(carrier: str, term: Term, premium: int) -> Policy:
    """Errors and omissions."""
    covered = trade_coverages.professional(premium)
    return Policy("EO", carrier, term, covered, description="Professional liability", billing="Agency bill")


def cargo(carrier: str, term: Term, limit: int) -> Policy:
    """Motor truck cargo."""
    return Policy("MTRTK", carrier, term, trade_coverages.cargo(limit), description="Motor truck cargo")
