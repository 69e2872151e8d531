"""What tests of certificate holders share: one that is typed, one that the AMS tells, and what was told in return."""

import json
from typing import Any

from nats.js.errors import NotFoundError

from contracts.identity.activities import RecordActivity
from contracts.policy.holders import AddHolder, HolderFields, HolderList, ListHolders
from contracts.policy.tasks import ListTasks, TaskList
from contracts.principal import Kind, Scope
from tests import stack

from .conftest import Book

NOTED = "certificate_holders, holder_sheets, tasks, outbox, inbox, snapshots, snapshot_items"


async def emptied(book: Book) -> Book:
    """The book of a module with nothing noted in it about holders, for its next test."""
    await _all_sent(book)  # else the relay still publishes what the last test told into the emptied streams
    for stream in ("AMS", "JOBS", "PORTAL"):
        await book.ops.jsm().purge_stream(stream)
    await book.logins.fetch(f"TRUNCATE {NOTED}")
    await book.logins.fetch("DELETE FROM accounts WHERE ams_id <> 'A1'")
    return book


BANK = {
    "name": "First Prairie Bank",
    "street": "200 Main Street",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78701",
}


def fields(**changes: Any) -> HolderFields:
    """A bank, typed in the portal."""
    return HolderFields(**{**BANK, **changes})


def told(**changes: Any) -> dict[str, Any]:
    """The same bank as the AMS tells it."""
    return {"account": "A1", **BANK, **changes}


async def add(book: Book, **changes: Any) -> Any:
    """Adds the bank in the portal."""
    return await book.ask(AddHolder(fields=fields(**changes)))


async def seen(book: Book) -> list[tuple[str, str]]:
    """Name and standing of every holder of the account, by name."""
    listed: HolderList = await book.ask(ListHolders())
    return [(one.name, one.standing) for one in listed.items]


async def staff(book: Book, request: Any) -> Any:
    """Asks as the agency's system, which may do what staff may."""
    return await book.asker.ask(request, as_system(book))


def as_system(book: Book) -> str:
    """The principal of the agency's system."""
    return stack.signed(book.agency, kind=Kind.SYSTEM, scopes=(Scope.AGENCY_ADMIN,))


async def tasks(book: Book, **changes: Any) -> TaskList:
    """What waits for staff."""
    listed: TaskList = await staff(book, ListTasks(**changes))
    return listed


async def portal_events(book: Book) -> list[tuple[str, dict[str, Any]]]:
    """What the agency's system was told, in order, when everything has left the outbox."""
    await _all_sent(book)
    messages = await _all(book, "PORTAL")
    told = [(one.subject.split(".", 2)[2], json.loads(one.data)["data"]) for one in messages]
    return sorted(told, key=lambda one: (one[1].get("at", ""), one[1].get("name")))  # the relay keeps no order


async def logged(book: Book) -> list[str]:
    """What was left for the activity log, in order."""
    await portal_events(book)
    jobs = [json.loads(m.data) for m in await _all(book, "JOBS") if m.subject == RecordActivity.subject]
    return [job["what"] for job in sorted(jobs, key=lambda job: str(job["at"]))]


async def _all_sent(book: Book) -> None:
    async def sent() -> bool:
        return await book.logins.value("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0

    await stack.eventually(sent)


async def _all(book: Book, stream: str) -> list[Any]:
    manager = book.ops.jetstream()
    state = (await book.ops.jsm().stream_info(stream)).state
    found = []
    for sequence in range(state.first_seq, state.last_seq + 1):
        try:
            found.append(await manager.get_msg(stream, seq=sequence))
        except NotFoundError:
            continue
    return found
