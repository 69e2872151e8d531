"""What the demo's policies cover: ACORD coverage codes with usual limits, deductibles and premiums in US dollars."""

from decimal import Decimal

from contracts.ams import Amount, Coverage, Deductible

Coverages = tuple[Coverage, ...]


def coverage(code: str, description: str, premium: int, *limits: tuple[str, int], deductible: int = 0) -> Coverage:
    """One coverage; each limit with its basis; no premium of its own where it is included in another's (0)."""
    return Coverage(
        code=code,
        description=description,
        limits=[Amount(basis=basis, amount=Decimal(amount)) for basis, amount in limits],
        deductibles=[Deductible(basis="each loss", amount=Decimal(deductible))] if deductible else [],
        premium=Decimal(premium) if premium else None,
    )


def bodily_injury(person: int, accident: int, premium: int) -> Coverage:
    """Liability for injuries to others."""
    return coverage("BI", "Bodily injury liability", premium, ("each person", person), ("each accident", accident))


def personal_auto(state: str) -> Coverages:
    """Liability and injury coverages of a personal auto policy, as that state's drivers usually buy them."""
    property_damage = coverage("PD", "Property damage liability", 188, ("each accident", 100_000))
    uninsured = coverage(
        "UM", "Uninsured motorist bodily injury", 64, ("each person", 100_000), ("each accident", 300_000)
    )
    underinsured = coverage(
        "UIM", "Underinsured motorist bodily injury", 41, ("each person", 100_000), ("each accident", 300_000)
    )
    by_state: dict[str, Coverages] = {
        "FL": (coverage("PIP", "Personal injury protection", 214, ("each person", 10_000), deductible=500), uninsured),
        "IL": (coverage("MEDPM", "Medical payments", 22, ("each person", 5_000)), uninsured, underinsured),
        "NY": (coverage("PIP", "Personal injury protection", 163, ("each person", 50_000)), uninsured),
        "TX": (coverage("PIP", "Personal injury protection", 58, ("each person", 2_500)), uninsured, underinsured),
    }
    return (bodily_injury(100_000, 300_000, 246), property_damage, *by_state[state])


def least_auto() -> Coverages:
    """Texas's least liability limits."""
    return (
        bodily_injury(30_000, 60_000, 171),
        coverage("PD", "Property damage liability", 132, ("each accident", 25_000)),
    )


def physical_damage(deductible: int = 500) -> Coverages:
    """Cover for the car itself, with towing."""
    return (
        coverage("COMP", "Comprehensive", 74, deductible=deductible),
        coverage("COLL", "Collision", 203, deductible=deductible),
        coverage("TL", "Towing and labor", 8, ("each disablement", 100)),
    )


def business_auto() -> Coverages:
    """Liability of a business auto policy: one combined limit."""
    return (
        coverage("CSL", "Combined single limit liability", 2_480, ("each accident", 1_000_000)),
        coverage("UM", "Uninsured motorist", 196, ("each accident", 1_000_000)),
        coverage("MEDPM", "Medical payments", 88, ("each person", 5_000)),
    )


def homeowners(dwelling: int) -> Coverages:
    """A homeowners policy in the usual proportions to the dwelling's limit."""
    return (
        coverage("DWELL", "Dwelling", dwelling // 260, ("each occurrence", dwelling), deductible=dwelling // 100),
        coverage("OS", "Other structures", 0, ("each occurrence", dwelling // 10)),
        coverage("PP", "Personal property", 0, ("each occurrence", dwelling // 2)),
        coverage("LOU", "Loss of use", 0, ("each occurrence", dwelling // 5)),
        coverage("PL", "Personal liability", 46, ("each occurrence", 300_000)),
        coverage("MEDPM", "Medical payments to others", 12, ("each person", 5_000)),
    )


def contents_only(property_limit: int) -> Coverages:
    """A renters or condominium owner's policy."""
    return (
        coverage("PP", "Personal property", 168, ("each occurrence", property_limit), deductible=500),
        coverage("LOU", "Loss of use", 0, ("each occurrence", property_limit // 5)),
        coverage("PL", "Personal liability", 34, ("each occurrence", 100_000)),
        coverage("MEDPM", "Medical payments to others", 0, ("each person", 1_000)),
    )


def rented_dwelling(dwelling: int) -> Coverages:
    """A landlord's dwelling fire policy."""
    return (
        coverage("DWELL", "Dwelling", dwelling // 240, ("each occurrence", dwelling), deductible=2_500),
        coverage("FRV", "Fair rental value", 0, ("each occurrence", dwelling // 10)),
        coverage("PL", "Premises liability", 62, ("each occurrence", 300_000)),
    )


def flood(building: int, contents: int) -> Coverages:
    """Flood cover of a building and what is in it."""
    return (
        coverage("BLDG", "Building", 512, ("each flood", building), deductible=2_000),
        coverage("CONT", "Contents", 174, ("each flood", contents), deductible=2_000),
    )


def umbrella(limit: int, premium: int, retention: int = 0) -> Coverages:
    """An umbrella above the liability of other policies."""
    return (
        coverage(
            "UMB", "Umbrella liability", premium, ("each occurrence", limit), ("aggregate", limit), deductible=retention
        ),
    )


def boat(hull: int) -> Coverages:
    """A boat and the liability of those who sail it."""
    return (
        coverage("HULL", "Hull, agreed value", hull // 70, ("each occurrence", hull), deductible=1_000),
        coverage("PL", "Watercraft liability", 88, ("each occurrence", 300_000)),
    )
