"""Transactions on a service's database, bound to one agency by row-level security."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from opentelemetry.trace import SpanKind

from contracts.identity.agencies import AgencyDetails
from contracts.kinds import Code, Event, Job

from . import telemetry
from .ids import new_id
from .pool import Pool

if TYPE_CHECKING:
    from asyncpg import Record

    from .pool import Connection

STATEMENT_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
NO_AGENCY = ""  # casting it to uuid errs: a query that needs an agency fails closed
NO_ACCOUNT = ""  # the agency's rule alone counts
# how long what was heard is kept in mind: longer than a stream of the bus keeps anything
REMEMBERED = "interval '35 days'"
NOBODYS = UUID(int=0)  # the account of a contact who has opened none: no row belongs to it


class NotCommitted(Exception):
    """A statement of the transaction had failed, so PostgreSQL rolled everything back instead."""


class Transaction:
    """One transaction: statements, and what it tells and enqueues once it commits.

    `driver` is asyncpg's connection (JSON travels as text: models read it faster than a dict made in between).
    """

    def __init__(self, driver: "Connection", agency: UUID | None) -> None:
        self.driver = driver
        self._agency = agency
        self.codes: list[Code] = []
        self.wrote_outbox = False
        self._outbox: list[tuple[UUID, str, str, bytes]] = []
        self._last: dict[str, list[tuple[Any, ...]]] = {}
        self._afterwards: list[Callable[[bool], None]] = []
        self.records: dict[UUID, AgencyDetails] = {}  # of agencies, each read once by kit.agencies

    async def enter(self, agency: UUID) -> None:
        """Turns to an agency that was found in a directory table; from here on its rows are visible."""
        await self.driver.execute(f"SELECT set_config('app.agency', '{agency}', true)")
        self._agency = agency

    async def find_and_enter(self, query: str, *arguments: object) -> "Record | None":
        """Does both in one: turns to the agency whose row in a directory table the query finds, with its key as `id`.

        Nothing where there is none. The query is one of the program's own, without an end.
        """
        row = await self.driver.fetchrow(
            f"SELECT found.*, set_config('app.agency', found.id::text, true) FROM ({query}) AS found", *arguments
        )
        if row is not None:
            self._agency = row["id"]
        return row

    @property
    def agency(self) -> UUID:
        """The agency whose rows are visible; raises RuntimeError in a transaction that has none yet."""
        if self._agency is None:
            raise RuntimeError("this transaction has no agency")
        return self._agency

    def tell(self, event: Event) -> None:
        """Publishes an event after commit, through the outbox."""
        self.leave(event.subject, event.model_dump_json().encode())

    def enqueue(self, job: Job) -> None:
        """Leaves a job for its owner after commit: through the outbox, or past it for a Code."""
        if isinstance(job, Code):
            self.codes.append(job)
        else:
            self.leave(job.subject, job.model_dump_json().encode())

    def leave(self, subject: str, body: bytes, headers: dict[str, str] | None = None) -> UUID:
        """Puts a message into the outbox; its id becomes the bus's Nats-Msg-Id."""
        message = new_id()
        self._outbox.append((message, subject, json.dumps({**(headers or {}), **_trace_header()}), body))
        return message

    def run_last(self, statement: str, *arguments: object) -> None:
        """Runs a statement right before the commit, whatever comes after this call.

        For one that takes a lock which others wait for: it is held for as short as can be, and nobody who waits for
        it holds anything that this transaction still needs.
        """
        self._last.setdefault(statement, []).append(arguments)

    def afterwards(self, settle: Callable[[bool], None]) -> None:
        """Calls `settle` once the transaction is over, with whether it committed: for what is kept beside it."""
        self._afterwards.append(settle)

    def _settle(self, *, committed: bool) -> None:
        for settle in self._afterwards:
            settle(committed)

    async def _flush(self) -> None:
        if self._outbox:
            self.wrote_outbox = True
            await self.driver.executemany(
                "INSERT INTO outbox (id, subject, headers, body) VALUES ($1, $2, $3, $4)", self._outbox
            )
        for statement, arguments in self._last.items():
            await self.driver.executemany(statement, arguments)


class Database:
    """A service's database under its logins `app` (row-level security) and `reader` (SELECT only)."""

    def __init__(self, app_url: str, reader_url: str, pool: int = 8) -> None:
        self._app = _pool(app_url, pool)
        self._reader = _pool(reader_url, max(2, pool // 4))
        # wakes this process's relay; NOTIFY would serialise commits, and a poll finds what a crash left behind
        self.outbox_written = asyncio.Event()

    @asynccontextmanager
    async def transaction(
        self, agency: UUID | None, account: UUID | None = None, *, read_only: bool = False
    ) -> AsyncIterator[Transaction]:
        """Begins a transaction for one agency; commits at the end of the block, rolls back on any error.

        Without an agency only tables of the directory can be read. An account, once named, narrows the tables that hold
        rows of single accounts to its own. `read_only` uses the login that cannot write.
        """
        pool = self._reader if read_only else self._app
        with telemetry.span("transaction", SpanKind.CLIENT, attributes={"db.system": "postgresql"}):
            driver = await pool.take()
            transaction = Transaction(driver, agency)
            try:
                # one round trip instead of three: both values are UUIDs, so nothing can be injected
                await driver.execute(
                    f"BEGIN; SELECT set_config('app.agency', '{agency or NO_AGENCY}', true),"
                    f" set_config('app.account', '{account or NO_ACCOUNT}', true)"
                )
                yield transaction
                await transaction._flush()
                # where a statement failed and its error was swallowed, COMMIT rolls back without an error
                if await driver.execute("COMMIT") != "COMMIT":
                    raise NotCommitted
            except BaseException:
                transaction._settle(committed=False)
                await _roll_back(driver)
                raise
            else:
                transaction._settle(committed=True)
                if transaction.wrote_outbox:
                    self.outbox_written.set()
            finally:
                await pool.give_back(driver)

    @asynccontextmanager
    async def single(self) -> AsyncIterator["Connection"]:
        """A connection for single statements without an agency, each a transaction of its own."""
        driver = await self._app.take()
        try:
            yield driver
        finally:
            await self._app.give_back(driver)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.transaction(None) as transaction:
            await transaction.driver.execute("SELECT 1")

    async def close(self) -> None:
        """Closes every connection."""
        await self._app.close()
        await self._reader.close()


async def _roll_back(driver: "Connection") -> None:
    if not driver.is_closed():
        try:
            await driver.execute("ROLLBACK", timeout=2)
        except BaseException:
            driver.terminate()  # nobody else may get it in a transaction of an agency
            raise


def _pool(url: str, size: int) -> Pool:
    return Pool(
        url,
        size,
        command_timeout=STATEMENT_TIMEOUT_MS / 1000 + 1,
        server_settings={
            "application_name": "portico",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "jit": "off",
        },
    )


def _trace_header() -> dict[str, str]:
    parent = telemetry.traceparent()
    return {telemetry.TRACEPARENT: parent} if parent else {}
