"""The trade's codes in plain words: lines of business, policy statuses, coverages, and why no ID card can be made.

Texts are English msgids; `gateway/locale/` has their translations.
"""

from contracts.ams import PolicyStatus
from contracts.documents.id_cards import IdCardReason


def _(text: str) -> str:
    """Marks a text for translation and leaves it as it is."""
    return text


# ACORD line-of-business code: what people call it, and its icon in assets/icons.svg
LINES: dict[str, tuple[str, str]] = {
    "AUTOP": (_("Personal Auto"), "auto"),
    "AUTOB": (_("Business Auto"), "truck"),
    "HOME": (_("Homeowners"), "house"),
    "DFIRE": (_("Dwelling Fire"), "house"),
    "MHOME": (_("Mobile Home"), "house"),
    "PUMBR": (_("Personal Umbrella"), "umbrella"),
    "CUMBR": (_("Commercial Umbrella"), "umbrella"),
    "UMBRL": (_("Umbrella"), "umbrella"),
    "BOAT": (_("Boat"), "boat"),
    "RECV": (_("Recreational Vehicle"), "truck"),
    "MTRCY": (_("Motorcycle"), "auto"),
    "INMRP": (_("Personal Articles"), "shield"),
    "INMRC": (_("Inland Marine"), "shield"),
    "FLOOD": (_("Flood"), "flood"),
    "EQ": (_("Earthquake"), "house"),
    "WIND": (_("Windstorm"), "house"),
    "FARM": (_("Farm and Ranch"), "house"),
    "BOP": (_("Business Owners"), "store"),
    "CGL": (_("General Liability"), "liability"),
    "CPKGE": (_("Commercial Package"), "store"),
    "PROP": (_("Commercial Property"), "store"),
    "WORK": (_("Workers' Compensation"), "worker"),
    "GARAG": (_("Garage"), "auto"),
    "TRKRS": (_("Truckers"), "truck"),
    "MTRTK": (_("Motor Truck Cargo"), "truck"),
    "CRIM": (_("Crime"), "shield"),
    "EO": (_("Errors and Omissions"), "liability"),
    "EPLI": (_("Employment Practices Liability"), "liability"),
    "DO": (_("Directors and Officers"), "liability"),
    "PL": (_("Professional Liability"), "liability"),
    "CYBER": (_("Cyber Liability"), "liability"),
    "SURE": (_("Surety Bond"), "shield"),
    "LIFE": (_("Life"), "shield"),
}
AUTO_LINES = frozenset({"AUTOP", "AUTOB"})

# the word, and how it is painted: good, warn, bad, info or quiet
STATUSES: dict[PolicyStatus, tuple[str, str]] = {
    PolicyStatus.ACTIVE: (_("Active"), "good"),
    PolicyStatus.PENDING_CANCELLATION: (_("Pending cancellation"), "bad"),
    PolicyStatus.CANCELLED: (_("Cancelled"), "quiet"),
    PolicyStatus.EXPIRED: (_("Expired"), "quiet"),
    PolicyStatus.RENEWING: (_("Renewing"), "info"),
    PolicyStatus.RENEWED: (_("Renewed"), "good"),
    PolicyStatus.REINSTATED: (_("Reinstated"), "good"),
    PolicyStatus.REPLACED: (_("Replaced"), "quiet"),
    PolicyStatus.NON_RENEWED: (_("Not renewing"), "warn"),
    PolicyStatus.REWRITTEN: (_("Rewritten"), "quiet"),
    PolicyStatus.UNKNOWN: (_("Ask your agency"), "warn"),
}

# why there is no card, and what to do about it
REASONS: dict[IdCardReason, tuple[str, str]] = {
    "not_in_force": (
        _("This policy is not in force today."),
        _("If you think it should be, please call your agency."),
    ),
    "pending_cancellation": (
        _("This policy is set to be cancelled."),
        _("Please call your agency to find out what can be done before that day."),
    ),
    "vin_incomplete": (
        _("The vehicle identification number (VIN) on file is not complete."),
        _("Please give your agency all 17 characters. They are on the registration and on the driver's side dash."),
    ),
    "vin_wrong": (
        _("The vehicle identification number (VIN) on file does not check out."),
        _("Please compare it with your registration and give your agency the right one."),
    ),
    "vehicle_details_missing": (
        _("The year, make or model of this vehicle is missing."),
        _("Please give your agency these details."),
    ),
    "address_missing": (
        _("Your mailing address is not on file, and in this state the card must carry it."),
        _("Please give your agency your mailing address."),
    ),
    "liability_missing": (
        _("Your agency's records show no liability coverage for this vehicle, and the card would certify it."),
        _("Please ask your agency to check the coverages on file."),
    ),
    "carrier_number_missing": (
        _("The insurance company's number for this state is missing, and the card must carry it."),
        _("Please ask your agency to add it."),
    ),
    "state_missing": (
        _("Your agency's records do not say in which state this vehicle is registered."),
        _("Please tell your agency where the vehicle is registered."),
    ),
    "carrier_card_only": (
        _("In this state only the insurance company may issue ID cards."),
        _("Please use the card from your insurance company, or ask your agency for a copy."),
    ),
    "state_has_no_card": (
        _("This state does not use insurance ID cards."),
        _("Your agency can give you proof of insurance in another form."),
    ),
    "stale_data": (
        _("Your agency's records have not been updated for a while, so a card might not be right."),
        _("Please call your agency for a current card. Cards that you already have are still here."),
    ),
}

# ACORD coverage codes, for coverages that come without a description
COVERAGES: dict[str, str] = {
    "BI": _("Bodily Injury Liability"),
    "PD": _("Property Damage Liability"),
    "CSL": _("Combined Single Limit Liability"),
    "COMP": _("Comprehensive"),
    "COLL": _("Collision"),
    "MEDPM": _("Medical Payments"),
    "PIP": _("Personal Injury Protection"),
    "UM": _("Uninsured Motorist"),
    "UNDUM": _("Underinsured Motorist"),
    "RREIM": _("Rental Reimbursement"),
    "TL": _("Towing and Labor"),
    "DWELL": _("Dwelling"),
    "OS": _("Other Structures"),
    "PP": _("Personal Property"),
    "LOU": _("Loss of Use"),
    "PL": _("Personal Liability"),
    "GL": _("General Liability"),
    "EL": _("Employers' Liability"),
    "WC": _("Workers' Compensation"),
}

# what a limit or a deductible applies to, where the AMS uses the usual words
BASES: dict[str, str] = {
    text.lower(): text
    for text in (
        _("each person"),
        _("each accident"),
        _("each occurrence"),
        _("each employee"),
        _("each claim"),
        _("each loss"),
        _("each flood"),
        _("each vehicle"),
        _("disease, each employee"),
        _("disease, policy limit"),
        _("policy limit"),
        _("general aggregate"),
        _("aggregate"),
        _("combined single limit"),
        _("per day"),
        _("per disablement"),
        _("each disablement"),
        _("any one person"),
        _("all other perils"),
        _("wind and hail"),
        _("hurricane"),
    )
}
