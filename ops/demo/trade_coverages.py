"""What the demo's businesses are covered for beside their vehicles: liability, workers, property, professional."""

from .coverages import Coverages, coverage


def general_liability(premium: int) -> Coverages:
    """Commercial general liability with the limits that certificates usually ask for."""
    return (
        coverage("EAOCC", "Each occurrence", premium, ("each occurrence", 1_000_000)),
        coverage("FIRDM", "Damage to rented premises", 0, ("each occurrence", 100_000)),
        coverage("MEDEX", "Medical expense", 0, ("any one person", 5_000)),
        coverage("PIADV", "Personal and advertising injury", 0, ("each occurrence", 1_000_000)),
        coverage("GENAG", "General aggregate", 0, ("aggregate", 2_000_000)),
        coverage("PRDCO", "Products and completed operations", 0, ("aggregate", 2_000_000)),
    )


def workers_compensation(premium: int) -> Coverages:
    """Workers' compensation as the law sets it, and employers' liability."""
    return (
        coverage("WC", "Workers' compensation, statutory limits", premium),
        coverage(
            "EL",
            "Employers' liability",
            0,
            ("each accident", 1_000_000),
            ("disease, policy limit", 1_000_000),
            ("disease, each employee", 1_000_000),
        ),
    )


def business_owners(building: int, contents: int) -> Coverages:
    """A business owner's package: property, income and liability."""
    return (
        coverage("BLDG", "Building", building // 320, ("each occurrence", building), deductible=2_500),
        coverage("BPP", "Business personal property", contents // 110, ("each occurrence", contents), deductible=2_500),
        coverage("BUSIN", "Business income, actual loss sustained", 0),
        coverage("EAOCC", "Liability", 640, ("each occurrence", 1_000_000), ("aggregate", 2_000_000)),
    )


def professional(premium: int) -> Coverages:
    """Errors and omissions, on a claims-made form."""
    return (
        coverage(
            "EO",
            "Professional liability",
            premium,
            ("each claim", 1_000_000),
            ("aggregate", 1_000_000),
            deductible=5_000,
        ),
    )


def cargo(limit: int) -> Coverages:
    """Goods of others on the insured's trucks."""
    return (coverage("MTC", "Motor truck cargo", limit // 60, ("each vehicle", limit), deductible=1_000),)
