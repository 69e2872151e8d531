"""The fields of each form: what they are called, how they are filled in, and how a filled one reads."""

from dataclasses import dataclass

from gateway.words import _


@dataclass(frozen=True)
class Field:
    """A field of a form.

    `widget` is how it is filled in: line, text, date, number, state, zip, email, vin, choice, checks, vehicle, driver.
    `options` are the words of each value of a choice; `fill` is the browser's autocomplete token. `sometimes` says that
    it is needed in the case that the hint names.
    """

    name: str
    widget: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    fill: str = "off"
    sometimes: bool = False


def address(prefix: str) -> tuple[Field, ...]:
    """The fields of an address in the United States, their names after a prefix."""
    fill = {"street": "street-address", "city": "address-level2", "state": "address-level1", "zip": "postal-code"}
    own = fill if not prefix or prefix == "garaging_" else dict.fromkeys(fill, "off")
    return (
        Field(f"{prefix}street", "line", _("Street"), fill=own["street"]),
        Field(f"{prefix}city", "line", _("City"), fill=own["city"]),
        Field(f"{prefix}state", "state", _("State"), _("For example TX"), fill=own["state"]),
        Field(f"{prefix}zip", "zip", _("ZIP code"), fill=own["zip"]),
    )


EFFECTIVE = Field("effective_on", "date", _("From which day?"))
NEEDED = Field("needed_on", "date", _("By which day do you need it?"))
NOTES = Field("notes", "text", _("Anything else that your agency should know"))
DETAILS = Field("details", "text", _("What shall be changed?"), _("Please be as exact as you can."))
VEHICLE = Field("vehicle", "vehicle", _("Which vehicle leaves the policy?"))
INTEREST = ("interest", _("Lender, mortgage company or other interest"))
OTHER = ("other", _("Something else"))
PERSONAL_ABOUT = (
    ("coverage", _("Coverage or limits")),
    ("deductible", _("Deductible")),
    INTEREST,
    ("named-insured", _("Named insured")),
    ("billing", _("Payment plan or billing")),
    ("cancellation", _("End the policy")),
    OTHER,
)
COMMERCIAL_ABOUT = (
    ("coverage", _("Coverage or limits")),
    ("location", _("Location or building")),
    ("payroll-sales", _("Payroll or sales")),
    ("equipment", _("Equipment")),
    ("named-insured", _("Named insured")),
    INTEREST,
    ("cancellation", _("End the policy")),
    OTHER,
)
NEW_VEHICLE: tuple[tuple[str, tuple[Field, ...]], ...] = (
    (
        _("The vehicle"),
        (
            Field("year", "number", _("Model year")),
            Field("make", "line", _("Make"), _("For example Toyota")),
            Field("model", "line", _("Model"), _("For example RAV4")),
            Field("vin", "vin", _("VIN"), _("17 characters; on the registration and on the driver's side dash.")),
            Field(
                "ownership",
                "choice",
                _("Whose is it?"),
                options=(("owned", _("Paid for")), ("financed", _("Financed")), ("leased", _("Leased"))),
            ),
            Field(
                "lienholder", "line", _("Lender or leasing company"), _("If it is financed or leased"), sometimes=True
            ),
            Field("lienholder_address", "line", _("Address of the lender or leasing company")),
        ),
    ),
    (_("Where it is kept overnight"), address("garaging_")),
    (
        _("How it is used"),
        (
            Field(
                "use",
                "choice",
                _("Mostly for"),
                options=(
                    ("commute", _("The way to work or school")),
                    ("pleasure", _("Private drives")),
                    ("business", _("Business")),
                    ("farm", _("Farm")),
                ),
            ),
            Field("annual_miles", "number", _("Miles a year, about")),
            Field("main_driver", "line", _("Who drives it most?"), fill="name"),
            Field(
                "cover",
                "choice",
                _("Coverage that you have in mind"),
                options=(
                    ("same", _("As my other vehicles")),
                    ("liability", _("Liability only")),
                    ("full", _("With comprehensive and collision")),
                    ("advice", _("I would like advice")),
                ),
            ),
            EFFECTIVE,
            NOTES,
        ),
    ),
)
# the sections of each form: a legend (empty for the first), and its fields
FIELDS: dict[str, tuple[tuple[str, tuple[Field, ...]], ...]] = {
    "policy-change-personal": (
        ("", (Field("about", "choice", _("What is it about?"), options=PERSONAL_ABOUT), DETAILS, EFFECTIVE, NOTES)),
    ),
    "policy-change-commercial": (
        ("", (Field("about", "choice", _("What is it about?"), options=COMMERCIAL_ABOUT), DETAILS, EFFECTIVE, NOTES)),
    ),
    "general": (("", (Field("details", "text", _("What can your agency do for you?")),)),),
    "vehicle-add": NEW_VEHICLE,
    "vehicle-replace": ((_("The old vehicle"), (VEHICLE,)), *NEW_VEHICLE),
    "vehicle-remove": (
        (
            "",
            (
                VEHICLE,
                Field(
                    "reason",
                    "choice",
                    _("Why?"),
                    options=(
                        ("sold", _("Sold")),
                        ("traded", _("Traded in")),
                        ("total-loss", _("Total loss")),
                        ("stored", _("Stored, not driven")),
                        ("given", _("Given away")),
                        OTHER,
                    ),
                ),
                EFFECTIVE,
                NOTES,
            ),
        ),
    ),
    "driver-add": (
        (
            "",
            (
                Field("name", "line", _("Name of the driver")),
                Field(
                    "relation",
                    "choice",
                    _("Who is it?"),
                    options=(
                        ("spouse", _("Spouse or partner")),
                        ("child", _("Child")),
                        ("parent", _("Parent")),
                        ("household", _("Somebody else in the household")),
                        ("employee", _("Employee")),
                        OTHER,
                    ),
                ),
                Field(
                    "birth_year",
                    "number",
                    _("Year of birth"),
                    _("Your agency asks for the full date and the license number by phone: they are not kept here."),
                ),
                Field(
                    "licence",
                    "choice",
                    _("Driver's license"),
                    options=(("full", _("License")), ("permit", _("Learner's permit")), ("none", _("No license yet"))),
                ),
                Field(
                    "licence_state",
                    "state",
                    _("State of the license"),
                    _("If there is a license or permit"),
                    sometimes=True,
                ),
                Field("licensed_since", "number", _("Licensed since which year?")),
                Field("drives", "line", _("Which vehicle does this person drive most?")),
                EFFECTIVE,
                NOTES,
            ),
        ),
    ),
    "driver-remove": (
        (
            "",
            (
                Field("driver", "driver", _("Which driver?")),
                Field(
                    "reason",
                    "choice",
                    _("Why?"),
                    options=(
                        ("moved", _("Moved out")),
                        ("own-policy", _("Has a policy of their own")),
                        ("stopped", _("Does not drive any more")),
                        ("deceased", _("Deceased")),
                        ("left-job", _("Does not work for us any more")),
                        OTHER,
                    ),
                ),
                EFFECTIVE,
                NOTES,
            ),
        ),
    ),
    "address-change": (
        (
            "",
            (
                Field(
                    "which",
                    "choice",
                    _("Which address?"),
                    options=(
                        ("mailing", _("Where mail goes")),
                        ("home", _("Where we live")),
                        ("garaging", _("Where vehicles are kept")),
                        ("business", _("Where the business is")),
                    ),
                ),
            ),
        ),
        (_("The new address"), address("")),
        (_("When"), (EFFECTIVE, NOTES)),
    ),
}
