"""The audit: every kind of tampering at every kind of place is found, in the database and in an export."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from nats.aio.client import Client
from typer.testing import CliRunner

from contracts.identity.activities import Doer, What
from contracts.identity.agencies import AddAgency, AgencyDetails
from kit.bus import Asker, Call
from kit.bus.call import Bus
from kit.database import Database
from kit.principal import generate_key, public_set
from ops.audit.chain import digest_of
from ops.audit.export import export, read_export
from ops.audit.heads import Keys, keys_in
from ops.audit.source import Source
from ops.audit.verification import Outcome, Verification, verify
from ops.cli import app
from ops.problem import Problem
from ops.stack.nats import NatsServer
from services.identity.app import open_parts
from services.identity.audit import activities, chain
from services.identity.audit.heads import HeadSigner
from services.identity.handlers import service
from services.identity.settings import IdentitySettings
from tests import stack

ENTRIES = 200
SIGNED_AT = (90, ENTRIES)
PLACES = (1, 64, 65, ENTRIES)  # where parts begin and end
SLUG = "oakhill"
KEYS = Keys(json.loads(public_set(stack.SIGNING_KEY)))
LENGTHEN = "UPDATE activities SET number = number + 1000000 WHERE number >= {n}"


class Audited:
    """An agency with a long chain in a database of its own, and a running identity to ask for it."""

    def __init__(
        self, connection: "asyncpg.Connection[Any]", source: Source, agency: UUID, logins: stack.Logins
    ) -> None:
        self.connection = connection
        self.source = source
        self.agency = agency
        self.logins = logins

    async def check(self, *elsewhere: str) -> Outcome:
        return await verify(self.source, SLUG, KEYS, elsewhere)

    async def tamper(self, *statements: str) -> None:
        await self.connection.execute(";".join(statements))

    async def rehash(self, begin: int, end: int = 2**60) -> None:
        """What somebody would do who knows how the chain is made: new hashes from an entry on, and a new head."""
        rows = await self.connection.fetch("SELECT * FROM activities WHERE number >= $1 ORDER BY number", begin - 1)
        last = rows[0]["hash"] if begin > 1 else bytes(32)
        links: list[tuple[int, bytes, bytes]] = []
        for row in rows:
            if begin <= row["number"] <= end:
                digest = bytes.fromhex(digest_of(chain._link({**row, "previous": last})))
                links.append((row["number"], last, digest))
                last = digest
        await self.connection.fetch(
            "UPDATE activities a SET previous = l.previous, hash = l.hash"
            " FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) l(number, previous, hash) WHERE a.number = l.number",
            *(list(column) for column in zip(*links, strict=True)),
        )
        await self.connection.fetch(
            "UPDATE activity_heads h SET number = a.number, hash = a.hash"
            " FROM (SELECT number, hash FROM activities ORDER BY number DESC LIMIT 1) a"
        )


@pytest_asyncio.fixture(scope="module")
async def audited(nats_server: NatsServer, clone: Callable[[str], Awaitable[stack.Logins]]) -> AsyncIterator[Audited]:
    logins = await clone("identity")
    ops = await stack.connect(nats_server)
    await stack.empty_streams(ops)
    settings = stack.identity_settings(nats_server, logins)
    async with stack.running(service, settings, open_parts, IdentitySettings):
        details = AgencyDetails(slug=SLUG, name="Oak Hill Insurance", phone="", email="agent@oakhill.example")
        agency = (await Asker(ops).ask(AddAgency(details=details))).id
        database = logins.open()
        for begin, end in pairwise((0, *SIGNED_AT)):
            async with database.transaction(agency) as tx:
                for number in range(begin + 1, end + 1):
                    doer = Doer(kind="contact", id=str(number), name="Pat Rivera")
                    await activities.record(What.SIGNED_IN, doer, tx, facts={"by": "otp"})
            await sign(database, ops)
        await database.close()
        await stack.eventually(lambda: told(ops), 2)
        connection = await asyncpg.connect(logins.server.dsn(logins.database))
        yield Audited(connection, Source(ops, KEYS), agency, logins)
        await connection.close()
    await ops.close()


@pytest_asyncio.fixture
async def untouched(audited: Audited) -> AsyncIterator[Audited]:
    """The same, put back afterwards."""
    tables = ("activities", "activity_heads", "signed_heads")
    await audited.tamper(*(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}" for table in tables))
    yield audited
    await audited.tamper(
        *(
            f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}"
            for table in tables
        )
    )


async def sign(database: Database, client: Client, folder: Path | None = None, key: Any = stack.SIGNING_KEY) -> None:
    signer = HeadSigner(json.dumps(key.as_dict(private=True)), 3600, folder)
    await signer.sign_due(Call(Bus(database, client, Asker(client), None)), all_of_them=True)


async def told(client: Client) -> int:
    return len(await Source(client, KEYS).told(SLUG))


def numbers(outcome: Outcome) -> list[int]:
    return [finding.number for finding in outcome.findings]


async def test_an_untouched_chain_is_as_recorded(audited: Audited) -> None:
    outcome = await audited.check()
    assert (outcome.entries, outcome.heads, outcome.findings, outcome.notes) == (ENTRIES, len(SIGNED_AT), [], [])


CHANGES = {
    "what": "what = 'signed-out'",
    "when": "at = at + interval '1 microsecond'",
    "who": """doer = jsonb_set(doer, '{name}', '"Sam Lee"')""",
    "from where": """doer = jsonb_set(doer, '{address}', '"192.0.2.9"')""",
    "of which account": "account = gen_random_uuid()",
    "of which contact": "contact = gen_random_uuid()",
    "by what": "facts = '{}'",
    "a further fact": """facts = facts || '{"x": "y"}'""",
    "its hash": r"hash = decode(repeat('ab', 32), 'hex')",
    "the hash before it": r"previous = decode(repeat('ab', 32), 'hex')",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_an_edited_entry_is_found(untouched: Audited, change: str) -> None:
    for place in PLACES:
        await untouched.tamper(f"UPDATE activities SET {change} WHERE number = {place}")
    assert set(numbers(await untouched.check())) >= set(PLACES)


@pytest.mark.parametrize("place", [64])
async def test_a_deleted_entry_is_found(untouched: Audited, place: int) -> None:
    await untouched.tamper(f"DELETE FROM activities WHERE number = {place}")
    assert place in numbers(await untouched.check())


@pytest.mark.parametrize("place", [64])
async def test_an_inserted_entry_is_found(untouched: Audited, place: int) -> None:
    await untouched.tamper(
        LENGTHEN.format(n=place),
        "UPDATE activities SET number = number - 999999 WHERE number > 1000000",
        "INSERT INTO activities SELECT agency, number - 1, at, what, doer, account, contact, facts, previous, hash"
        f" FROM activities WHERE number = {place + 1}",
    )
    assert {place, place + 1} & set(numbers(await untouched.check()))


@pytest.mark.parametrize("place", [65])
async def test_two_swapped_entries_are_found(untouched: Audited, place: int) -> None:
    await untouched.tamper(
        f"UPDATE activities SET number = 0 WHERE number = {place}",
        f"UPDATE activities SET number = {place} WHERE number = {place + 1}",
        f"UPDATE activities SET number = {place + 1} WHERE number = 0",
    )
    assert {place, place + 1} <= set(numbers(await untouched.check()))


@pytest.mark.parametrize("left", [0, 90, ENTRIES - 1])
async def test_a_chain_that_was_cut_off_is_found_by_its_head(untouched: Audited, left: int) -> None:
    await untouched.tamper(f"DELETE FROM activities WHERE number > {left}")
    assert left + 1 in numbers(await untouched.check())


@pytest.mark.parametrize("left", [0, 90, ENTRIES - 1])
async def test_one_cut_off_with_its_head_put_right_is_found_by_what_was_told(untouched: Audited, left: int) -> None:
    await untouched.tamper(
        f"DELETE FROM activities WHERE number > {left}",
        "DELETE FROM activity_heads",
        "INSERT INTO activity_heads SELECT agency, number, hash FROM activities ORDER BY number DESC LIMIT 1",
        "DELETE FROM signed_heads",
    )
    outcome = await untouched.check()
    assert numbers(outcome) == [left + 1] * sum(head > left for head in SIGNED_AT)
    assert "is missing at the end: the log had 200 entries at" in str(outcome.findings[-1])


@pytest.mark.parametrize("place", [1, 91])
async def test_a_chain_that_was_made_anew_from_an_edited_entry_is_found_by_what_was_told(
    untouched: Audited, place: int
) -> None:
    await untouched.tamper(f"UPDATE activities SET facts = '{{}}' WHERE number = {place}", "DELETE FROM signed_heads")
    await untouched.rehash(place)
    assert numbers(await untouched.check()) == [head for head in SIGNED_AT if head >= place]


async def test_a_head_that_somebody_else_signed_is_noticed_and_a_changed_one_refused(untouched: Audited) -> None:
    (stored,) = await untouched.connection.fetch("SELECT signature FROM signed_heads WHERE number = 90")
    header, payload, signature = stored["signature"].split(".")
    changed = ".".join([header, payload[:-2] + ("A" if payload[-2] != "A" else "B") + payload[-1], signature])
    outcome = await untouched.check(changed)
    assert ["a signed head cannot be used" in str(finding) for finding in outcome.findings] == [True]
    stranger = Keys(json.loads(public_set(generate_key("stranger"))))
    outcome = await verify(untouched.source, SLUG, stranger, [])
    assert (outcome.findings, len(outcome.notes)) == ([], len(SIGNED_AT))


async def test_heads_of_a_folder_prove_what_was_cut_off(
    untouched: Audited, tmp_path: Path, open_database: Callable[[stack.Logins], Database]
) -> None:
    from ops.audit.heads import read_heads

    database = open_database(untouched.logins)
    async with database.transaction(untouched.agency) as tx:
        await activities.record(What.SIGNED_OUT, Doer(kind="portal"), tx)
    await sign(database, untouched.source.client, tmp_path)
    (kept,) = read_heads(tmp_path)
    assert KEYS.open(kept).number == ENTRIES + 1
    await stack.eventually(lambda: told(untouched.source.client), 3)
    await untouched.source.client.jsm().purge_stream("PORTAL")  # the bus has forgotten
    await untouched.tamper(f"DELETE FROM activities WHERE number > {ENTRIES}", "DELETE FROM signed_heads")
    await untouched.rehash(ENTRIES)
    assert (await untouched.check()).findings == []
    assert numbers(await untouched.check(kept)) == [ENTRIES + 1]


async def test_an_export_is_checked_without_the_portal(audited: Audited, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no agency 'nosuch' here"):
        await anext(export(audited.source, "nosuch"))
    file = tmp_path / "oakhill.ndjson"
    lines = [line async for line in export(audited.source, SLUG)]
    file.write_text("\n".join(lines) + "\n")
    slug, keys, parts = read_export(file)
    verification = Verification(slug, keys, [])
    for part in parts:
        verification.take(part)
    outcome = verification.end()
    assert (outcome.slug, outcome.entries, outcome.heads, outcome.findings) == (SLUG, ENTRIES, 2, [])
    # and with nothing of ours: what the documentation says suffices
    previous = bytes(32)
    for line in map(json.loads, lines[1:]):
        if "entry" in line:
            text = json.dumps(line["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            previous = hashlib.sha256(previous + text.encode()).digest()
            assert previous.hex() == line["hash"]
    assert previous.hex() == json.loads(lines[0])["hash"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", "verify", *arguments])
    return result.exit_code, result.output


async def test_the_command_says_what_is_wrong_in_a_file_and_ends_with_1(audited: Audited, tmp_path: Path) -> None:
    file, keys = tmp_path / "oakhill.ndjson", tmp_path / "keys.json"
    lines = [line async for line in export(audited.source, SLUG)]
    keys.write_text(json.dumps(KEYS.jwks))
    file.write_text("\n".join(lines))
    assert run("--file", str(file), "--keys", str(keys)) == (
        0,
        f"{SLUG}: as recorded ({ENTRIES} entries, 2 signed heads)\n",
    )
    file.write_text("\n".join(lines).replace('"id":"70"', '"id":"71"'))
    code, text = run("--file", str(file), "--keys", str(keys))
    assert code == 1
    assert "NOT as recorded" in text
    assert "entry 70 was changed: what it says does not match its hash" in text
    file.write_text("\n".join(lines[:-3]))
    code, text = run("--file", str(file))
    assert code == 1
    assert f"entry {ENTRIES - 1} is missing at the end" in text
    assert "note: signatures were checked with the keys in the file itself" in text


def test_what_is_no_set_of_keys_is_refused() -> None:
    from ops.problem import Problem

    for text in ("", "{}", "[]", '{"keys": [{"kty": "nothing"}]}'):
        with pytest.raises(Problem):
            keys_in(text)
