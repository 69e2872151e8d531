"""What people read about certificate holders: fields, what is wrong with one, and with a file of them."""

from contracts.identity.agencies import Language
from contracts.policy.holder_sheets import COLUMNS, MOST_ROWS, SheetNotGood, SheetRow
from contracts.policy.holders import HolderConfirmed, HolderExists, TooManyHolders

from .rendering import translate
from .words import _

REFUSALS = (HolderConfirmed, HolderExists, SheetNotGood, TooManyHolders)  # whose titles people read
FIELDS = {
    "name": _("Name"),
    "attention": _("Attention"),
    "street": _("Street"),
    "city": _("City"),
    "state": _("State"),
    "postal_code": _("ZIP code"),
    "email": _("E-mail address"),
}
# what is wrong with a field
PROBLEMS = {
    "missing": _("This is needed."),
    "too_long": _("This is too long."),
    "characters": _("There is a character in it that cannot be used."),
    "state": _("Two letters, such as TX."),
    "postal_code": _("Five digits, or nine as in 78701-1234."),
    "email": _("An address such as name@example.com."),
    "columns": _("This row has more columns than the heading. Is a comma in a name or an address? Put it in quotes."),
}
DUPLICATES = {
    "list": _("Is on your list already."),
    "file": _("Stands further up in this file already."),
}
REFUSED = {
    "empty": _("There are no certificate holders in this file."),
    "not_text": _("This is not a CSV file. In Excel, choose Save as, and then CSV UTF-8."),
    "too_large": _("This file is too large. Please send at most {most} certificate holders at once."),
    "too_many_rows": _("This file has too many rows. Please send at most {most} certificate holders at once."),
    "columns_missing": _("The first line must name the columns. These are missing: {columns}."),
}


def heading(language: Language) -> list[str]:
    """The first line of a file."""
    return [translate(FIELDS[column], language) for column in COLUMNS]


def problem_of(row: SheetRow, language: Language) -> str:
    """Why a row of a file is not added; empty where it would be."""
    if row.outcome == "duplicate":
        return translate(DUPLICATES[row.reason], language)
    if row.outcome == "wrong":
        words = translate(PROBLEMS[row.reason], language)
        return f"{translate(FIELDS[row.field], language)}: {words}" if row.field else words
    return ""


def refusal_of(facts: dict[str, object], language: Language) -> str:
    """Why a whole file cannot be read."""
    named = facts.get("columns")
    missing = [str(column) for column in named] if isinstance(named, list) else []
    columns = ", ".join(translate(FIELDS[column], language) for column in missing if column in FIELDS)
    words = translate(REFUSED.get(str(facts.get("reason")), REFUSED["not_text"]), language)
    return words.format(most=MOST_ROWS, columns=columns)
