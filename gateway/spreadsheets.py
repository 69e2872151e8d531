"""Spreadsheets: lists as CSV files that Excel opens as they are meant, and in which nothing is computed."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from .views.documents import disposition

# what begins like this is a formula to a spreadsheet (OWASP: CSV injection); the mark makes it a text
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def spreadsheet(file_name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The answer with a CSV file: UTF-8 with its mark, a heading, and a line for each row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    headers = {"content-disposition": disposition("attachment", file_name), "cache-control": "private, no-store"}
    return Response(text.getvalue().encode("utf-8-sig"), 200, headers, "text/csv; charset=utf-8")


def guarded(cell: str) -> str:
    """The cell as a spreadsheet shows it and never computes it."""
    return f"{GUARD}{cell}" if cell.lstrip(" ").startswith(COMPUTED) else cell
