"""Sheets: a file of holders, read as spreadsheets write it (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab)."""

import csv
import io
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from contracts.policy.holder_sheets import COLUMNS, LARGEST_SHEET, MOST_ROWS, NEEDED, SheetRefused
from contracts.policy.holders import HolderFields

from .likeness import folded

# names of columns as people write them, in both languages of the portal
NAMES = {
    "name": ("name", "holder", "certificate holder", "company", "nombre", "titular", "empresa"),
    "attention": ("attention", "attn", "contact", "atencion", "contacto"),
    "street": ("street", "address", "street address", "address 1", "calle", "direccion"),
    "city": ("city", "ciudad"),
    "state": ("state", "estado"),
    "postal_code": ("postal code", "zip", "zip code", "codigo postal"),
    "email": ("email", "e mail", "correo", "correo electronico"),
}
COLUMN_OF = {folded(name): column for column, names in NAMES.items() for name in names}
REASONS = {"string_too_long": "too_long", "string_too_short": "missing", "string_pattern_mismatch": "characters"}
GUARD = "'"  # what is put before a cell that a spreadsheet would compute
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
# where postal codes begin with 0, which spreadsheets take for a number and leave out
LEADING_ZERO = frozenset({"CT", "MA", "ME", "NH", "NJ", "PR", "RI", "VI", "VT"})
LONGEST_CELL = 200  # characters that are kept of a wrong one, to be shown


def read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows with what stands in our columns, each with its line from 1; raises SheetRefused."""
    if len(content) > LARGEST_SHEET:
        raise SheetRefused(reason="too_large")
    lines = _records(_text(content))
    heading = next(lines, None)
    if heading is None:
        raise SheetRefused(reason="empty")
    columns = [COLUMN_OF.get(folded(cell), "") for cell in heading[1]]
    if missing := [column for column in NEEDED if column not in columns]:
        raise SheetRefused(reason="columns_missing", columns=missing)
    rows: list[tuple[int, dict[str, str]]] = []
    for line, cells in lines:
        if len(rows) == MOST_ROWS:
            raise SheetRefused(reason="too_many_rows")
        found = dict.fromkeys(COLUMNS, "")
        found |= {column: _plain(cell) for column, cell in zip(columns, cells, strict=False) if column}
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            found["columns"] = "more"
        found["postal_code"] = _whole_code(found["state"], found["postal_code"])
        rows.append((line, found))
    if not rows:
        raise SheetRefused(reason="empty")
    return rows


def fields_of(row: Mapping[str, str]) -> HolderFields | tuple[str, str]:
    """The holder that a row describes, or the field that is wrong in it and how."""
    if row.get("columns"):
        return "", "columns"
    try:
        return HolderFields.model_validate({column: row[column] for column in COLUMNS})
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        if not row[field].strip():
            return field, "missing"
        if field in ("state", "postal_code", "email") and first["type"] != "string_too_long":
            return field, field
        return field, REASONS.get(first["type"], "characters")


def _text(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what Excel writes where it is not asked for UTF-8
    if "\0" in text:
        raise SheetRefused(reason="not_text")
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, with the line on which each begins."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if first.lower().startswith("sep="):  # Excel's own line about the separator
        text = text.replace(first, "", 1)
        first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise SheetRefused(reason="not_text") from None


def _plain(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from computing it."""
    cell = cell.strip()
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(COMPUTED) else cell


def _whole_code(state: str, code: str) -> str:
    """A postal code with the zeros and the hyphen that a spreadsheet has taken for those of a number."""
    if not (code.isascii() and code.isdigit()):
        return code
    plus = len(code) > 5
    if state.strip().upper() in LEADING_ZERO and len(code) in (3, 4, 7, 8):
        code = code.zfill(9 if plus else 5)
    return f"{code[:5]}-{code[5:]}" if len(code) == 9 else code
