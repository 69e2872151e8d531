"""Certificate holders from a file: chosen, looked at row by row, and then added, all or the good ones."""

from uuid import UUID

from starlette.responses import Response

from contracts.identity.contacts import GetMe
from contracts.policy.holder_sheets import (
    LARGEST_SHEET,
    MOST_ROWS,
    AddHolderSheet,
    CheckHolderSheet,
    SheetNotGood,
    SheetRefused,
    SheetReport,
)
from contracts.policy.holders import TooManyHolders
from gateway import holder_words
from gateway.spreadsheets import spreadsheet
from gateway.views import holders
from gateway.visit import Visit

ADDED_ONE = "One certificate holder was added and waits for your agency."
ADDED = "{count} certificate holders were added and wait for your agency."
NOT_CHOSEN = "Please choose a file first."
SHOWN_GOOD = 20  # of the good rows; what is wrong is always shown


async def choose(visit: Visit) -> Response:
    """Which file, and what has to stand in it."""
    return await _choice(visit)


async def template(visit: Visit) -> Response:
    """An empty file with the right heading, for those who are in."""
    await visit.ask(GetMe())
    return spreadsheet("certificate-holders-template.csv", holder_words.heading(visit.language), ())


async def look_at(visit: Visit) -> Response:
    """Reads the file, and leads to what it would do."""
    upload = await visit.upload()
    if not upload.content:
        return await _choice(visit, visit.say(NOT_CHOSEN))
    wanted = CheckHolderSheet(content=upload.content[: LARGEST_SHEET + 1], file_name=upload.file_name[:200])
    try:
        report = await visit.ask(wanted)
    except SheetRefused as refusal:
        return await _choice(visit, holder_words.refusal_of(refusal.facts, visit.language))
    except TooManyHolders as refusal:
        return await _choice(visit, visit.say(refusal.title))
    return visit.go(f"/certificates/file/{report.id}")


async def show(visit: Visit) -> Response:
    """What the file would do; nothing is done yet."""
    sheet: UUID = visit.request.path_params["sheet"]
    me, report = await holders.sheet_with_me(visit.ask, sheet)
    bad = [row for row in report.rows if row.outcome != "new"]
    good = [row for row in report.rows if row.outcome == "new"]
    return visit.render(
        "holder_sheet.html",
        me,
        "certificates",
        report=report,
        bad=bad,
        good=good[:SHOWN_GOOD],
        more=max(0, len(good) - SHOWN_GOOD),
        problem_of=holder_words.problem_of,
    )


async def add(visit: Visit) -> Response:
    """Adds them: all, or the good ones where that was chosen."""
    good_ones = visit.form().get("do") == "good"
    sheet: UUID = visit.request.path_params["sheet"]
    try:
        report = await visit.ask(AddHolderSheet(sheet=sheet, good_ones=good_ones))
    except (SheetNotGood, TooManyHolders) as refusal:
        return visit.go(f"/certificates/file/{sheet}", notice=visit.say(refusal.title))
    return visit.go("/certificates", notice=_said(visit, report))


def _said(visit: Visit, report: SheetReport) -> str:
    count = report.added or 0
    return visit.say(ADDED_ONE) if count == 1 else visit.say(ADDED, count=str(count))


async def _choice(visit: Visit, error: str = "") -> Response:
    return visit.render(
        "holder_file.html",
        await visit.ask(GetMe()),
        "certificates",
        status_code=400 if error else 200,
        error=error,
        most=MOST_ROWS,
    )
