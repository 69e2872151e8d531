"""Certificates of insurance that the agency has issued, as the AMS tells them."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from .certificate_holders import MadeOutTo
from .values import Amount, FromAms, Id, Line, Long, Money, OptionalId, Short


class Endorsement(FromAms):
    """A form on the policy that makes a flag of the certificate true, by its number, edition and title."""

    form: Short
    edition: Short = ""
    title: Short = ""


class CertifiedLine(FromAms):
    """A line of business on a certificate or a master, and what of it reaches the holder.

    `policy` is the AMS's id of the policy; `line` ACORD's code or the AMS's word. The flags count only as far as the
    policy's own forms go: `endorsements` name them.
    """

    policy: Id
    line: Line
    additional_insured: bool = False
    waiver_of_subrogation: bool = False
    primary_and_noncontributory: bool = False
    endorsements: Annotated[list[Endorsement], Field(max_length=20)] = Field(default_factory=list)


class CertificateLine(CertifiedLine):
    """A row of a certificate: a line of business with its policy's number, dates and limits as they stand on it.

    `insurer` is the letter of the carrier on the paper. `basis` is "Occurrence" or "Claims-made", `aggregate_per` what
    the aggregate applies to (policy, project, location), `autos` which autos are covered, `retention` what an umbrella
    retains. `wording` stands where there is no amount ("Statutory"), `description` what an unusual line is.
    """

    number: Short
    effective: date
    expiration: date
    insurer: Annotated[str, StringConstraints(pattern=r"^[A-Z]?$")] = ""
    carrier: OptionalId = ""
    carrier_name: Short = ""
    naic: Annotated[str, StringConstraints(pattern=r"^(\d{5})?$")] = ""
    basis: Short = ""
    aggregate_per: Short = ""
    autos: Annotated[list[Short], Field(max_length=10)] = Field(default_factory=list)
    limits: Annotated[list[Amount], Field(max_length=20)] = Field(default_factory=list)
    retention: Money | None = None
    officers_excluded: bool | None = None
    wording: Short = ""
    description: Short = ""


class Certificate(FromAms):
    """A certificate of insurance that the agency has issued to a holder, as it was issued.

    `holder` is the AMS's id of the certificate holder, `number` what people call the certificate by, `form` the
    printed form with its `edition` ("ACORD 25", "2016/03"). A certificate is never edited: a correction is one of its
    own, with a higher `revision`, that `replaces` the earlier one (the AMS's id). From `ended_on` (without it, from the
    start) one that is `cancelled` or `void` counts no more. `valid_until` is its first day without effect; with its
    earliest line it ends in any case. `made_out_to` is the holder as it stands on the paper, whatever became of it
    since. `master` is the AMS's id of the master that it was made from, `document` that of the document that holds its
    pages. Evidence of property also has `interest` (ACORD's code or the AMS's word), `loan_number` and
    `property_description`.
    """

    kind: ClassVar[str] = "certificate"
    account: Id
    holder: Id
    issued_on: date
    lines: Annotated[list[CertificateLine], Field(min_length=1, max_length=30)]
    number: Short = ""
    revision: Annotated[int, Field(ge=0, le=9999)] = 0
    form: Short = ""
    edition: Short = ""
    issued_by: Short = ""
    insured: Short = ""
    made_out_to: MadeOutTo | None = None
    description_of_operations: Long = ""
    master: OptionalId = ""
    document: OptionalId = ""
    replaces: OptionalId = ""
    status: Literal["issued", "cancelled", "void"] = "issued"
    ended_on: date | None = None
    reason: Short = ""
    valid_until: date | None = None
    interest: Short = ""
    loan_number: Short = ""
    property_description: Long = ""
