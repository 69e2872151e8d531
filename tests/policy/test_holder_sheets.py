"""Holders from a file: read as spreadsheets write it, judged row by row before anything is done, added once."""

from typing import Any

import pytest
import pytest_asyncio

from contracts.kinds import NotFound, ReadOnly
from contracts.policy.holder_sheets import (
    LARGEST_SHEET,
    MOST_ROWS,
    AddHolderSheet,
    CheckHolderSheet,
    GetHolderSheet,
    SheetNotGood,
    SheetRefused,
    SheetReport,
)
from contracts.policy.holders import HolderFields, ListAccountHolders, ListHolders, TooManyHolders
from contracts.policy.tasks import FinishTask
from services.policy.holders import sheets
from services.policy.holders.likeness import likeness
from tests import stack
from tests.policy.conftest import Book

from .holders import add, emptied, portal_events, seen, staff, tasks, told


@pytest_asyncio.fixture
async def book(open_book: Book) -> Book:
    return await emptied(open_book)


HEADING = "Name,Street,City,State,ZIP code"
GOOD = "Elm Properties,1 Elm Street,Austin,tx,78702\nOak Lenders,2 Oak Avenue,Austin,TX,78703-1111\n"


async def check(book: Book, text: str | bytes, **options: Any) -> SheetReport:
    content = text if isinstance(text, bytes) else text.encode()
    report: SheetReport = await book.ask(CheckHolderSheet(content=content, **options))
    return report


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADING}\nNuñez & Sons,1 Elm Street,Austin,TX,78702\n".encode("utf-8-sig"),
        f"{HEADING}\r\nNuñez & Sons,1 Elm Street,Austin,TX,78702".encode("cp1252"),
        f"{HEADING}\nNuñez & Sons,1 Elm Street,Austin,TX,78702".replace(",", "\t").encode("utf-16"),
        f"sep=;\n{HEADING}\nNuñez & Sons,1 Elm Street,Austin,TX,78702".replace(",", ";").encode(),
        'ESTADO;Código postal;Nombre;Dirección;Ciudad\n"TX";"78702";"Nuñez & Sons";"1 Elm Street";"Austin"'.encode(),
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    ((line, row),) = sheets.read(content)
    holder = sheets.fields_of(row)
    assert isinstance(holder, HolderFields)
    assert (holder.name, holder.street, holder.state) == ("Nuñez & Sons", "1 Elm Street", "TX")
    assert line == (3 if content.startswith(b"sep") else 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (f"{HEADING}\n".encode(), "empty"),
        (b"\x00\x01\x02PK" * 10, "not_text"),
        (b"Name,Street\nBank,1 Elm", "columns_missing"),
        (b"x" * (LARGEST_SHEET + 1), "too_large"),
        ((HEADING + "\nA,B,C,TX,78701" * (MOST_ROWS + 1)).encode(), "too_many_rows"),
        (("Name," + "x" * 150_000).encode(), "not_text"),
    ],
)
def test_what_is_no_list_of_holders_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        sheets.read(content)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("state", "typed", "read"),
    [
        ("ma", "2101", "02101"),
        ("PR", "601", "00601"),
        ("NJ", "71021234", "07102-1234"),
        ("TX", "787011234", "78701-1234"),
        ("TX", "7870", "7870"),
        ("TX", "787", "787"),
        ("MA", "21", "21"),
        ("MA", "2101-1", "2101-1"),
        ("MA", "٢١٠١", "٢١٠١"),
    ],
)
def test_a_postal_code_has_again_what_a_spreadsheet_takes_from_a_number(state: str, typed: str, read: str) -> None:
    ((_, row),) = sheets.read(f"{HEADING}\nElm Properties,1 Elm Street,Boston,{state},{typed}\n".encode())
    assert row["postal_code"] == read


def test_what_a_spreadsheet_would_compute_is_read_back_as_it_was() -> None:
    ((_, row),) = sheets.read(f"{HEADING}\n'=cmd|' /C calc'!A0,'47 Elm,Austin,TX,78701\n".encode())
    assert row["name"] == "=cmd|' /C calc'!A0"
    assert row["street"] == "'47 Elm"  # no formula behind it: the apostrophe is the name's own


async def test_a_report_says_of_each_row_what_would_become_of_it(book: Book) -> None:
    await add(book, name="Known Bank")
    rows = [
        HEADING + ",E-mail",
        "Elm Properties,1 Elm Street,Austin,TX,78702,rent@elm.example",
        "",
        '"Known\nBank",200 Main St,Austin,TX,78701,',
        "ELM PROPERTIES,1 Elm St.,Austin,TX,78702,",
        ",1 Elm,Austin,TX,78702,",
        "Bank,1 Elm,Austin,Texas,78702,",
        "Bank,1 Elm,Austin,TX,787,",
        "Bank,1 Elm,Austin,TX,78702,none",
        "Smith, Jones,1 Elm,Austin,TX,78702,rent@elm.example",
    ]
    report = await check(book, "\n".join(rows), file_name="C:\\lists\\holders.csv")
    judged = [(row.line, row.outcome, row.field, row.reason) for row in report.rows]
    assert judged == [
        (2, "new", "", ""),
        (4, "wrong", "name", "characters"),
        (6, "duplicate", "", "file"),
        (7, "wrong", "name", "missing"),
        (8, "wrong", "state", "state"),
        (9, "wrong", "postal_code", "postal_code"),
        (10, "wrong", "email", "email"),
        (11, "wrong", "", "columns"),
    ]
    assert (report.new, report.duplicates, report.wrong, report.added) == (1, 1, 6, None)
    assert report.file_name == "holders.csv"
    assert [name for name, _ in await seen(book)] == ["Known Bank"]  # nothing is done yet
    with pytest.raises(SheetNotGood) as refused:
        await book.ask(AddHolderSheet(sheet=report.id))
    assert refused.value.facts == {"wrong": 6, "duplicates": 1}
    done = await book.ask(AddHolderSheet(sheet=report.id, good_ones=True))
    assert (done.added, await seen(book)) == (1, [("Elm Properties", "waiting"), ("Known Bank", "waiting")])


async def test_a_good_file_is_added_once_and_told_one_by_one(book: Book) -> None:
    report = await check(book, f"{HEADING}\n{GOOD}")
    assert (report.new, report.wrong) == (2, 0)
    done = await book.ask(AddHolderSheet(sheet=report.id))
    again = await book.ask(AddHolderSheet(sheet=report.id))
    assert (done.added, again.added) == (2, 2)
    assert await seen(book) == [("Elm Properties", "waiting"), ("Oak Lenders", "waiting")]
    events = await portal_events(book)
    assert [(what, data["name"]) for what, data in events] == [
        ("certificate-holder.added", "Elm Properties"),
        ("certificate-holder.added", "Oak Lenders"),
    ]
    (task,) = (await tasks(book)).items  # one for the file, and not one for each row
    assert (task.about, task.facts["count"]) == (report.id, "2")
    await book.publish("certificate-holder", "H1", 1, told(**_typed(events[0][1])))
    assert (await tasks(book)).open == 1
    listed = await staff(book, ListAccountHolders(account=book.account, addition=report.id))
    assert [one.name for one in listed.items] == ["Oak Lenders", "Elm Properties"]
    await staff(book, FinishTask(task=task.id))
    assert [standing for _, standing in await seen(book)] == ["confirmed", "confirmed"]


async def test_a_file_is_its_accounts_alone_and_looking_adds_nothing(book: Book) -> None:
    report = await check(book, f"{HEADING}\n{GOOD}")
    for wanted in (GetHolderSheet(sheet=report.id), AddHolderSheet(sheet=report.id)):
        with pytest.raises(NotFound):
            await book.ask(wanted, stack.new_id())
    looking = stack.signed(book.agency, book.account, read_only=True)
    assert (await book.asker.ask(GetHolderSheet(sheet=report.id), looking)).new == 2
    with pytest.raises(ReadOnly):
        await book.asker.ask(AddHolderSheet(sheet=report.id), looking)
    assert await seen(book) == []


async def test_an_account_adds_no_more_than_a_day_allows(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.policy.holders.additions.A_DAY", 2)
    await add(book)
    report = await check(book, f"{HEADING}\n{GOOD}")
    with pytest.raises(TooManyHolders) as refused:
        await book.ask(AddHolderSheet(sheet=report.id))
    assert refused.value.facts["retry_after"] > 80_000
    assert len(await seen(book)) == 1


async def test_pages_of_a_list_come_in_order_and_nothing_twice(book: Book) -> None:
    rows = "".join(f"Bank {number:02},{number} Elm Street,Austin,TX,78702\n" for number in range(25))
    report = await check(book, f"{HEADING}\n{rows}")
    await book.ask(AddHolderSheet(sheet=report.id))
    names, cursor = [], ""
    while cursor is not None:
        page = await book.ask(ListHolders(limit=10, cursor=cursor))
        names += [one.name for one in page.items]
        cursor = page.cursor
    assert names == [f"Bank {number:02}" for number in range(25)]
    assert (await book.ask(ListHolders(q="bank 1"))).total == 10
    assert (await book.ask(ListHolders(q="%"))).total == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Smith & Co.|P.O. Box 7|Austin|TX|78701", "SMITH AND COMPANY|PO Box 7|austin|TX|78701-0007", True),
        ("José Núñez|1 North Elm St|Austin|TX|78701", "Jose Nunez|1 N Elm Street|Austin|TX|78701", True),
        ("Smith|1 Elm Street|Austin|TX|78701", "Smith|1 Elm Avenue|Austin|TX|78701", False),
        ("Smith|1 Elm Street #2|Austin|TX|78701", "Smith|1 Elm Street #3|Austin|TX|78701", False),
        ("Smith||Austin|TX|78701", "Smith||Austin|TX|78701", False),
    ],
)
def test_likeness(one: str, other: str, same: bool) -> None:
    first, second = likeness(*one.split("|")), likeness(*other.split("|"))
    assert bool(first and first == second) is same


def _typed(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("name", "street", "city", "state", "postal_code")}
