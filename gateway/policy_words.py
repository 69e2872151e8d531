"""What a policy has beside its coverages, in plain words: interests, who bills, and what can change from term to term.

Texts are English msgids; `gateway/locale/` has their translations.
"""

from contracts.policy.billing import Biller
from contracts.policy.terms import Subject

from .words import COVERAGES, _

# ACORD's code for the nature of an interest
NATURES: dict[str, str] = {
    "AI": _("Additional insured"),
    "AN": _("Additional named insured"),
    "MG": _("Mortgagee"),
    "LP": _("Loss payee"),
    "LO": _("Lender's loss payable"),
    "LH": _("Lienholder"),
    "AL": _("Lessor"),
    "CH": _("Certificate holder"),
    "CO": _("Co-owner"),
    "TR": _("Trustee"),
}
BILLERS: dict[Biller, str] = {
    "agency": _("Billed by your agency"),
    "company": _("Billed by the insurance company"),
    "finance": _("Financed: billed by a premium finance company"),
    "unknown": "",
}
SUBJECTS: dict[Subject, str] = {
    "premium": _("Premium"),
    "coverage": _("Coverage"),
    "limit": _("Limit"),
    "deductible": _("Deductible"),
    "discount": _("Discount"),
    "surcharge": _("Surcharge"),
    "vehicle": _("Vehicle"),
    "driver": _("Driver"),
    "excluded_driver": _("Excluded driver"),
    "location": _("Location"),
    "interest": _("Interest"),
}
# why a policy is to be cancelled, where the agency's system uses the usual words
CAUSES: dict[str, str] = {
    text.lower(): text
    for text in (
        _("Payment not received"),
        _("Non-payment of premium"),
        _("Nonpayment"),
        _("Non-pay"),
        _("Underwriting"),
        _("Insured's request"),
    )
}
# a coverage's name as the agency writes it, where that is one of the usual ones
NAMES_OF_COVERAGES: dict[str, str] = {
    text.casefold(): text
    for text in (
        *COVERAGES.values(),
        _("Building"),
        _("Business income"),
        _("Business income, actual loss sustained"),
        _("Business personal property"),
        _("Contents"),
        _("Damage to rented premises"),
        _("Each occurrence"),
        _("Fair rental value"),
        _("General aggregate"),
        _("Hull, agreed value"),
        _("Liability"),
        _("Medical expense"),
        _("Medical payments to others"),
        _("Motor truck cargo"),
        _("Personal and advertising injury"),
        _("Premises liability"),
        _("Products and completed operations"),
        _("Professional Liability"),
        _("Umbrella liability"),
        _("Underinsured motorist bodily injury"),
        _("Uninsured motorist bodily injury"),
        _("Uninsured motorist property damage"),
        _("Watercraft liability"),
        _("Workers' compensation, statutory limits"),
    )
}
