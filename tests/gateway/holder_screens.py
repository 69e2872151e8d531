"""Every template about certificate holders in each of its states, with the values that it gets."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.policy.holder_sheets import SheetReport, SheetRow
from contracts.policy.holders import Holder, HolderList
from gateway import holder_words
from gateway.portal.holders import BLANK

from .portal_samples import LOOK, me

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
BANK = Holder(
    id=UUID(int=71),
    name="First Prairie Bank, ISAOA/ATIMA",
    attention="Loan department",
    street="200 Main Street, Suite 1400",
    city="Austin",
    state="TX",
    postal_code="78701",
    email="certificates@prairie.example",
    standing="waiting",
    added_at=AT,
)
LANDLORD = BANK.model_copy(
    update={"id": UUID(int=72), "name": "Elm Street Properties LLC", "attention": "", "standing": "confirmed"}
)
BARE = LANDLORD.model_copy(
    update={"id": UUID(int=73), "name": "City of Round Rock", "street": "", "city": "", "state": "", "postal_code": ""}
)
HOLDERS = HolderList(items=[BARE, LANDLORD, BANK], waiting=1, total=3, cursor=None, as_of=AT)
NOBODY = HolderList(items=[], waiting=0, total=0, cursor=None, as_of=AT)
ROW = SheetRow(
    line=2,
    name="Lakeway Builders Inc.",
    attention="",
    street="12 Ranch Road 620",
    city="Lakeway",
    state="TX",
    postal_code="78734",
    email="",
    outcome="new",
)
WRONG = ROW.model_copy(
    update={"line": 4, "name": "=SUM(A1:A9)", "state": "TEX", "outcome": "wrong", "field": "state", "reason": "state"}
)
TWICE = ROW.model_copy(update={"line": 5, "outcome": "duplicate", "reason": "file"})
SHEET = SheetReport(
    id=UUID(int=74), file_name="holders 2026.csv", rows=[ROW, WRONG, TWICE], new=1, duplicates=1, wrong=1, added=None
)
LIST = {"list": HOLDERS, "q": "", "further": False}
TYPED = BANK.model_dump(include=set(BLANK))
FORM = {"typed": BLANK, "holder": None, "twin": None, "words": holder_words, "problems": {}, "error": ""}
REPORT = {"report": SHEET, "bad": [WRONG, TWICE], "good": [ROW], "more": 0, "problem_of": holder_words.problem_of}
ALL_GOOD = SHEET.model_copy(update={"rows": [ROW] * 30, "new": 30, "duplicates": 0, "wrong": 0})
TAB = {"tab": "certificates"}
VIEWED = TAB | {"me": me(read_only=True), "view": LOOK}

SCREENS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "certificates": ("certificates.html", TAB, LIST),
    "certificates-none": ("certificates.html", TAB, LIST | {"list": NOBODY}),
    "certificates-search": (
        "certificates.html",
        TAB,
        LIST | {"q": "bank", "list": HOLDERS.model_copy(update={"cursor": "NTA=", "total": 80})},
    ),
    "certificates-not-found": ("certificates.html", TAB, LIST | {"q": "bank", "list": NOBODY}),
    "holder-new": ("holder_form.html", TAB, FORM),
    "holder-wrong": (
        "holder_form.html",
        TAB,
        FORM
        | {"typed": TYPED | {"street": "", "state": "Texas"}, "error": "Please check what is marked."}
        | {"problems": {"street": "missing", "state": "state"}},
    ),
    "holder-known": (
        "holder_form.html",
        TAB,
        FORM | {"typed": TYPED, "twin": LANDLORD, "error": "This certificate holder is on your list already."},
    ),
    "holder-change": ("holder_form.html", TAB, FORM | {"typed": TYPED, "holder": BANK}),
    "holder-form-viewed": ("holder_form.html", VIEWED, FORM),
    "holder-file-viewed": ("holder_file.html", VIEWED, {"error": "", "most": 500}),
    "holder-sheet-viewed": ("holder_sheet.html", VIEWED, REPORT),
    "certificates-viewed": ("certificates.html", VIEWED, LIST),
    "holder": ("holder.html", TAB, {"holder": LANDLORD}),
    "holder-bare": ("holder.html", TAB, {"holder": BARE}),
    "holder-file": ("holder_file.html", TAB, {"error": "", "most": 500}),
    "holder-file-refused": (
        "holder_file.html",
        TAB,
        {"error": holder_words.refusal_of({"reason": "columns_missing", "columns": ["state"]}, "en"), "most": 500},
    ),
    "holder-sheet": ("holder_sheet.html", TAB, REPORT),
    "holder-sheet-good": (
        "holder_sheet.html",
        TAB,
        REPORT | {"report": ALL_GOOD, "bad": [], "good": [ROW] * 20, "more": 10},
    ),
    "holder-sheet-nothing": (
        "holder_sheet.html",
        TAB,
        REPORT | {"report": SHEET.model_copy(update={"new": 0}), "good": []},
    ),
    "holder-sheet-added": (
        "holder_sheet.html",
        TAB,
        REPORT | {"report": SHEET.model_copy(update={"added": 1})},
    ),
}
