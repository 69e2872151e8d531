"""What each state asks of an ID card: rules as data, each with its source, and a careful default for the others."""

from dataclasses import dataclass
from typing import Literal

from contracts.documents.id_cards import IdCardReason

STANDARD = (3.75, 2.75)  # folded, width and height in inches
COMMON_LEGEND = (
    "This card shows what the agency's records say of the policy on the day it was made. It is not part of the policy"
    " and changes nothing in it.",
)


@dataclass(frozen=True)
class StateRule:
    """One state's rule.

    `refused` is why we never make a card there; `size` is the folded card's in inches and `least_type` the least type
    on its front in points (0: legible); `liability` says whether liability limits or the kinds of liability cover must
    show; a card is never good for longer than `longest_months`; `carry` is what it says about carrying it.
    """

    title: str
    source: str
    refused: IdCardReason | None = None
    vin: Literal["full", "last_six", "none"] = "full"
    size: tuple[float, float] = STANDARD
    least_type: float = 0.0
    company_number_label: str = "Company no."
    address_required: bool = False
    liability: Literal["not_shown", "limits", "kinds"] = "not_shown"
    longest_months: int | None = None
    carry: str = "Keep this card in the vehicle."
    legend: tuple[str, ...] = COMMON_LEGEND


OWN_RULES: dict[str, StateRule] = {
    "DE": StateRule(
        title="Delaware Insurance Identification Card",
        source="18 Del. Admin. Code 606-5.0 (six months unless the premium is annual, which we are not told)",
        company_number_label="NAIC no.",
        longest_months=6,
        carry="The Insurance Identification Card must be carried in the vehicle at all times.",
    ),
    "FL": StateRule(
        title="Florida Automobile Insurance Identification Card",
        source="Fla. Admin. Code 15A-3.006 (at most two vehicles on a card: ours shows one)",
        size=(3.5, 2.25),
        liability="kinds",
        carry="",  # no room to say what the law does not ask for
    ),
    "HI": StateRule(
        title="Hawaii Motor Vehicle Insurance Identification Card",
        source="HRS 431:10C-107(c): the commissioner approves each design",
        refused="carrier_card_only",
    ),
    "IL": StateRule(
        title="Illinois Insurance Card",
        source="50 Ill. Adm. Code 8010.20",
        vin="last_six",
        company_number_label="NAIC no.",
        longest_months=12,
        legend=(
            "Examine policy exclusions carefully. This form does not constitute any part of your insurance policy.",
        ),
    ),
    "MA": StateRule(
        title="Massachusetts",
        source="the registration names the insurer: there is no insurance card",
        refused="state_has_no_card",
    ),
    "NH": StateRule(
        title="New Hampshire",
        source="most drivers need no insurance: there is no insurance card",
        refused="state_has_no_card",
    ),
    "NJ": StateRule(
        title="State of New Jersey Insurance Identification Card",
        source="N.J.A.C. 11:3-6.3(e) (complete VIN, address of the insured)",
        address_required=True,
    ),
    "NM": StateRule(
        title="New Mexico Auto Insurance Identification Card",
        source="no statute accepts electronic proof: a printed card is always offered",
        carry="Carry this card on paper: New Mexico may not accept it on a phone.",
    ),
    "NY": StateRule(
        title="New York State Insurance Identification Card",
        source="15 NYCRR 32.4, 32.9: only the insurer can make the signed barcode",
        refused="carrier_card_only",
    ),
    "PA": StateRule(
        title="Pennsylvania Financial Responsibility Identification Card",
        source="31 Pa. Code 67.24 (NAIC company code number)",
        company_number_label="NAIC no.",
    ),
    "TX": StateRule(
        title="Texas Liability Insurance Card",
        source="28 TAC 5.204; Tex. Transp. Code 601.081 (side A in 10-point type or larger)",
        size=(3.75, 4.0),
        least_type=10.0,
        address_required=True,
        liability="limits",
        legend=(
            "Texas law requires drivers to be able to show proof of liability insurance. Show this card or your policy"
            " when you register a vehicle or apply for a driver license, after an accident, and whenever a law"
            " enforcement officer asks for it.",
            *COMMON_LEGEND,
        ),
    ),
}

NAMES = {
    **{"AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado"},
    **{"CT": "Connecticut", "DC": "District of Columbia", "DE": "Delaware", "FL": "Florida", "GA": "Georgia"},
    **{"HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas"},
    **{"KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts"},
    **{"MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana"},
    **{"NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico"},
    **{"NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma"},
    **{"OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota"},
    **{"TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington"},
    **{"WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming"},
}


def rule_of(state: str) -> StateRule | None:
    """The rule of a state by its two letters; None for what is not one of the fifty states or DC."""
    if state not in NAMES:
        return None
    return OWN_RULES.get(state) or StateRule(
        title=f"{NAMES[state]} Auto Insurance Identification Card",
        source="common core of the states' rules known to us (NJ, DE, IL, TX, FL, HI)",
    )
