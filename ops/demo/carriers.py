"""The demo's insurance companies: none exists, and neither do their numbers."""

from contracts.ams import Carrier, CarrierLine

PREFIXES = {
    "quillfeather": "QF",
    "marrowbone": "MB",
    "copperkettle": "CK",
    "saltgrass": "SG",
    "lanternwick": "LW",
    "tumblethistle": "TT",
    "wrenfield": "WF",
    "ninthmeridian": "NM",
}


def _carrier(
    slug: str, name: str, naic: str, last: int, lines: tuple[CarrierLine, ...] = (), **numbers: str
) -> Carrier:
    return Carrier(
        name=name,
        naic=naic,
        company_numbers=numbers,
        phone=f"(800) 555-01{last:02d}",
        claim_phone=f"(800) 555-01{last + 1:02d}",
        payment_url=f"https://pay.{slug}.example",
        claim_url=f"https://claims.{slug}.example/report",
        lines=list(lines),
    )


CARRIERS: dict[str, Carrier] = {
    "quillfeather": _carrier("quillfeather", "Quillfeather Mutual Insurance Company", "99101", 10, FL="99701"),
    "marrowbone": _carrier("marrowbone", "Marrowbone Fire and Casualty Company", "99102", 12, FL="99702"),
    "copperkettle": _carrier("copperkettle", "Copperkettle Commercial Insurance Company", "99103", 14, FL="99703"),
    "saltgrass": _carrier(
        "saltgrass",
        "Saltgrass Shores Property Insurance Company",
        "99104",
        16,
        (CarrierLine(line="FLOOD", claim_phone="(800) 555-0126", claim_url="https://flood.saltgrass.example/report"),),
        FL="99704",
    ),
    "lanternwick": _carrier("lanternwick", "Lanternwick Indemnity Company of New York", "99105", 18, NY="907"),
    "tumblethistle": _carrier("tumblethistle", "Tumblethistle County Mutual", "", 20, TX="99106"),  # Texas only
    "wrenfield": _carrier("wrenfield", "Wrenfield Workers Compensation Company", "99107", 22),
    "ninthmeridian": Carrier(
        name="Ninth Meridian Excess and Surplus Lines Company",
        naic="99108",
        phone="(800) 555-0124",
    ),
}
