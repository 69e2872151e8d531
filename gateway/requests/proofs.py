"""The fields of forms about proof for somebody else and about contact information."""

from gateway.words import _

from .fields import NEEDED, NOTES, OTHER, Field, address

EMAIL = _("E-mail address")
FIELDS: dict[str, tuple[tuple[str, tuple[Field, ...]], ...]] = {
    "evidence-of-property": (
        (
            _("Who needs it"),
            (
                Field("recipient", "line", _("Name"), _("The lender or company as it wants to be named")),
                *address("recipient_"),
                Field("recipient_email", "email", EMAIL),
                Field(
                    "interest",
                    "choice",
                    _("What it is to the property"),
                    options=(
                        ("mortgagee", _("Mortgagee")),
                        ("lenders-loss-payable", _("Lender's loss payable")),
                        ("loss-payee", _("Loss payee")),
                        ("additional-interest", _("Additional interest")),
                    ),
                ),
                Field("loan_number", "line", _("Loan number")),
            ),
        ),
        (
            _("What for"),
            (
                Field("property_address", "line", _("Address of the property"), _("If it is not your mailing address")),
                NEEDED,
                NOTES,
            ),
        ),
    ),
    "certificate-wording": (
        (
            _("Who asks for it"),
            (
                Field("holder", "line", _("Name of the certificate holder")),
                *address("holder_"),
                Field("holder_email", "email", EMAIL),
            ),
        ),
        (
            _("What it asks for"),
            (
                Field(
                    "wording",
                    "checks",
                    _("Wording"),
                    options=(
                        ("additional-insured", _("Additional insured")),
                        ("waiver", _("Waiver of subrogation")),
                        ("primary", _("Primary and noncontributory")),
                        ("notice", _("Notice of cancellation")),
                        ("loss-payee", _("Loss payee")),
                        OTHER,
                    ),
                ),
                Field(
                    "notice_days",
                    "number",
                    _("Days of notice"),
                    _("If notice of cancellation is asked for"),
                    sometimes=True,
                ),
                Field(
                    "contract",
                    "choice",
                    _("Does a written contract require it?"),
                    options=(("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know"))),
                ),
                Field("project", "line", _("Project, job or lease")),
                NEEDED,
                NOTES,
            ),
        ),
    ),
    "contact-correction": (
        (
            "",
            (
                Field(
                    "whose",
                    "choice",
                    _("Whose information is it?"),
                    options=(
                        ("mine", _("My own")),
                        ("another", _("Somebody else's on this account")),
                        ("account", _("The account's")),
                    ),
                ),
                Field("person", "line", _("Whose?"), _("If it is somebody else's"), sometimes=True),
                Field(
                    "field",
                    "choice",
                    _("What is wrong?"),
                    options=(
                        ("name", _("Name")),
                        ("email", EMAIL),
                        ("mobile", _("Mobile phone")),
                        ("phone", _("Phone")),
                        ("address", _("Address")),
                        OTHER,
                    ),
                ),
                Field("correct", "line", _("How is it right?")),
                NOTES,
            ),
        ),
    ),
}
