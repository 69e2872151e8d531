"""What insureds ask their agency for: a typed form for each kind of request, with what an agent needs to act on it.

None of them asks for a licence or social security number or a day of birth: an agent who needs one asks by telephone.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from contracts.kinds import Model
from contracts.typed_text import Capitals, Seen

from .holders import Email, State

NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=NO_CONTROLS), Seen]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=NO_CONTROLS), Seen]


def _text(shortest: int | None = None) -> StringConstraints:
    lines = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=2000, pattern=lines)


Text = Annotated[str, _text(), Seen]
Wish = Annotated[str, _text(1), Seen]


# a licence may be of another country
AnyState = Annotated[str, Capitals, StringConstraints(pattern=r"^([A-Z]{2})?$")]
Zip = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{5}(-?\d{4})?$"), Seen]
AnyZip = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\d{5}(-?\d{4})?)?$"), Seen]
Year = Annotated[int, Field(ge=1900, le=2100)]


def _packed(vin: str) -> str:
    return "".join(vin.split()).replace("-", "").upper()


Vin = Annotated[
    str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9 -]*$"), AfterValidator(_packed), Seen
]  # kept as typed but for case and spaces: a wrong check digit is pointed out, not refused


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Form(Model):
    """What every form may hold; `notes` is what the fields have no room for."""

    kind: str
    notes: Text = ""


class OnPolicy(Form):
    """A change of one policy, wanted from a day on."""

    policy: UUID
    effective_on: date


class PersonalChange(OnPolicy):
    """A change of a household's policy."""

    kind: Literal["policy-change-personal"]
    about: Literal["coverage", "deductible", "interest", "named-insured", "billing", "cancellation", "other"]
    details: Wish


class CommercialChange(OnPolicy):
    """A change of a business's policy."""

    kind: Literal["policy-change-commercial"]
    about: Literal[
        "coverage", "location", "payroll-sales", "equipment", "named-insured", "interest", "cancellation", "other"
    ]
    details: Wish


class GeneralRequest(Form):
    """Anything else; about one policy where one is named."""

    kind: Literal["general"]
    policy: UUID | None = None
    details: Wish


class NewVehicle(OnPolicy):
    """A vehicle that is to be covered: what it is, whose it is, where it is kept and how it is used.

    `lienholder` is needed where it is financed or leased; `cover` is what the insured has in mind, not what is bound.
    """

    year: Year
    make: Name
    model: Name
    vin: Vin = ""
    ownership: Literal["owned", "financed", "leased"]
    lienholder: Line = ""
    lienholder_address: Line = ""
    garaging_street: Name
    garaging_city: Name
    garaging_state: State
    garaging_zip: Zip
    use: Literal["commute", "pleasure", "business", "farm"]
    annual_miles: Annotated[int, Field(ge=0, le=200_000)] | None = None
    main_driver: Line = ""
    cover: Literal["same", "liability", "full", "advice"]


class VehicleAddition(NewVehicle):
    """A vehicle more."""

    kind: Literal["vehicle-add"]


class VehicleReplacement(NewVehicle):
    """Another vehicle in the place of `vehicle`, the AMS's id of it within the policy."""

    kind: Literal["vehicle-replace"]
    vehicle: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class VehicleRemoval(OnPolicy):
    """A vehicle less; `vehicle` is the AMS's id of it within the policy."""

    kind: Literal["vehicle-remove"]
    vehicle: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    reason: Literal["sold", "traded", "total-loss", "stored", "given", "other"]


class DriverAddition(OnPolicy):
    """A driver more; the year of birth is enough for a first answer."""

    kind: Literal["driver-add"]
    name: Name
    relation: Literal["spouse", "child", "parent", "household", "employee", "other"]
    birth_year: Year
    licence: Literal["full", "permit", "none"]
    licence_state: AnyState = ""
    licensed_since: Year | None = None
    drives: Line = ""


class DriverRemoval(OnPolicy):
    """A driver less; `driver` is the name as the policy has it."""

    kind: Literal["driver-remove"]
    driver: Name
    reason: Literal["moved", "own-policy", "stopped", "deceased", "left-job", "other"]


class AddressChange(Form):
    """An address that changes; of all policies where none is named."""

    kind: Literal["address-change"]
    effective_on: date
    policy: UUID | None = None
    which: Literal["mailing", "home", "garaging", "business"]
    street: Name
    city: Name
    state: State
    zip: Zip


class PropertyEvidence(Form):
    """Evidence of property insurance for a lender or another party; the agency alone issues it."""

    kind: Literal["evidence-of-property"]
    policy: UUID
    needed_on: date
    interest: Literal["mortgagee", "lenders-loss-payable", "loss-payee", "additional-interest"]
    recipient: Name
    recipient_street: Name
    recipient_city: Name
    recipient_state: State
    recipient_zip: Zip
    recipient_email: Email = ""
    loan_number: Line = ""
    property_address: Line = ""


Wording = Literal["additional-insured", "waiver", "primary", "notice", "loss-payee", "other"]


class CertificateWording(Form):
    """A certificate with more than the policy's own limits and dates: never made without the agent.

    `wording` is what the holder asks for; `notice_days` belongs to `notice`; `contract` says whether a written
    contract requires it, which most endorsements depend on.
    """

    kind: Literal["certificate-wording"]
    policy: UUID | None = None
    needed_on: date
    holder: Name
    holder_street: Name
    holder_city: Name
    holder_state: State
    holder_zip: Zip
    holder_email: Email = ""
    wording: Annotated[tuple[Wording, ...], BeforeValidator(_listed), Field(min_length=1, max_length=6)]
    notice_days: Annotated[int, Field(ge=1, le=365)] | None = None
    contract: Literal["yes", "no", "unknown"]
    project: Line = ""


class ContactCorrection(Form):
    """Something on the Information page that is wrong; the agency's own system is where it is put right."""

    kind: Literal["contact-correction"]
    whose: Literal["mine", "another", "account"]
    person: Line = ""
    field: Literal["name", "email", "mobile", "phone", "address", "other"]
    correct: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_CONTROLS)]


RequestForm = Annotated[
    PersonalChange
    | CommercialChange
    | GeneralRequest
    | VehicleAddition
    | VehicleRemoval
    | VehicleReplacement
    | DriverAddition
    | DriverRemoval
    | AddressChange
    | PropertyEvidence
    | CertificateWording
    | ContactCorrection,
    Field(discriminator="kind"),
]
FORMS: dict[str, type[Form]] = {
    "policy-change-personal": PersonalChange,
    "policy-change-commercial": CommercialChange,
    "general": GeneralRequest,
    "vehicle-add": VehicleAddition,
    "vehicle-remove": VehicleRemoval,
    "vehicle-replace": VehicleReplacement,
    "driver-add": DriverAddition,
    "driver-remove": DriverRemoval,
    "address-change": AddressChange,
    "evidence-of-property": PropertyEvidence,
    "certificate-wording": CertificateWording,
    "contact-correction": ContactCorrection,
}
RequestKind = Literal[
    "policy-change-personal",
    "policy-change-commercial",
    "general",
    "vehicle-add",
    "vehicle-remove",
    "vehicle-replace",
    "driver-add",
    "driver-remove",
    "address-change",
    "evidence-of-property",
    "certificate-wording",
    "contact-correction",
]
