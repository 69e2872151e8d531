"""Certificate holders from a spreadsheet (CSV): looked at first, then added, all of them or the good ones."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Caller, Model, NotFound, Refusal, Request

from .holders import TooManyHolders

LARGEST_SHEET = 200_000  # bytes
MOST_ROWS = 500

COLUMNS = ("name", "attention", "street", "city", "state", "postal_code", "email")
NEEDED = ("name", "street", "city", "state", "postal_code")


class SheetRefused(Refusal):
    """The file cannot be read as a list of holders.

    Facts: `reason` (empty, not_text, too_large, too_many_rows, columns_missing), and `columns`, those that are missing.
    """

    code, status, title = "sheet_refused", 422, "This file cannot be read as a list of certificate holders."


class SheetNotGood(Refusal):
    """Some rows cannot be added, and the others were not asked for alone; facts: `wrong` and `duplicates`."""

    code, status = "sheet_not_good", 409
    title = "Some rows cannot be added. Please correct the file, or add the good rows alone."


class SheetRow(Model):
    """A row of the file as it was read, and what would become of it.

    `line` counts from 1, the heading. Of a wrong one `field` names what is wrong and `reason` how (missing, too_long,
    characters, state, postal_code, email, columns); of a duplicate `reason` is `list` (the account has it) or `file`
    (an earlier row has it).
    """

    line: int
    name: str
    attention: str
    street: str
    city: str
    state: str
    postal_code: str
    email: str
    outcome: Literal["new", "duplicate", "wrong"]
    field: str = ""
    reason: str = ""


class SheetReport(Model):
    """What a file would do, before anything is done; kept for a day. `added` is set once it was done."""

    id: UUID
    file_name: str
    rows: list[SheetRow]
    new: int
    duplicates: int
    wrong: int
    added: int | None


class CheckHolderSheet(
    Request[SheetReport], owner="policy", caller=Caller.INSURED, refusals=(SheetRefused, TooManyHolders)
):
    """Reads a file and says what would become of each row; nothing is added yet.

    Columns are found by their names in the first line, in any order and language of the portal, separated by commas,
    semicolons or tabs.
    """

    content: bytes = Field(max_length=LARGEST_SHEET + 1)
    file_name: str = Field(default="", max_length=200)


class GetHolderSheet(Request[SheetReport], owner="policy", caller=Caller.INSURED, reads=True, refusals=(NotFound,)):
    """The report of a file that somebody of the account has sent."""

    sheet: UUID


class AddHolderSheet(
    Request[SheetReport], owner="policy", caller=Caller.INSURED, refusals=(NotFound, SheetNotGood, TooManyHolders)
):
    """Adds the holders of a file: all, or with `good_ones` those that can be added. Done twice it is done once."""

    sheet: UUID
    good_ones: bool = False
