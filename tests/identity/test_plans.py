"""What a sign-in and every page ask of the database is answered by indexes, also under row-level security."""

from datetime import timedelta
from typing import Any

import pytest_asyncio

from kit.ids import new_id
from services.identity.limits import comers
from services.identity.people import contacts
from services.identity.sign_in import codes, tries
from services.identity.signed_in import devices, live_sessions, sessions

from .conftest import Identity
from .test_accounts import BOOK, CONTACTS_OF_BOOK

SIGNED_IN = """
INSERT INTO sessions (id, agency, token_hash, kind, subject, email, account, amr, idle, expires_at)
SELECT gen_random_uuid(), c.agency, sha256(c.id::text::bytea), 'contact', c.id, c.email_key, a.id, '{otp}',
  interval '30 minutes', now() + interval '1 hour'
FROM contacts c JOIN accounts a ON a.ams_id = c.account_ams_id
"""
SIGNING_IN = """
INSERT INTO sign_ins (id, agency, secret_hash, email, channels, expires_at)
SELECT id, agency, sha256(id::text::bytea), email_key, '[]', now() + interval '1 hour' FROM contacts
"""
SENT = """
INSERT INTO codes (id, agency, sign_in, email, channel, keyed_hash, expires_at)
SELECT gen_random_uuid(), agency, id, email, 'email', secret_hash, now() + interval '1 hour' FROM sign_ins
"""
KNOWN = "INSERT INTO familiar_clients (agency, mark) SELECT agency, sha256(id::text::bytea) FROM contacts"
REMEMBERED = """
INSERT INTO devices (id, agency, contact, account, secret_hash, address, agent, expires_at)
SELECT gen_random_uuid(), agency, subject, account, token_hash, '', '', now() + interval '1 hour' FROM sessions
"""
MANY = ("accounts", "contacts", "sessions", "sign_ins", "codes", "familiar_clients", "devices")
STATEMENTS: list[tuple[str, str, list[Any]]] = [
    ("who has an address", contacts.BY_EMAIL, ["mail77@example.com"]),
    ("who may still enter", contacts.BY_EMAIL + contacts.HELD, ["mail77@example.com"]),
    ("a session", sessions.RESOLVE, [b"\0" * 32]),
    ("a session of a portal that is off", sessions.ASLEEP, [b"\0" * 32]),
    ("a person's sessions", live_sessions.MINE, [new_id(), new_id(), new_id()]),
    ("a person's devices", devices.MINE, [new_id(), False]),
    ("a remembered device", devices.RESOLVE, [b"\0" * 32]),
    ("a known client", f"SELECT {comers.FAMILIAR}", [b"\0" * 16, timedelta(days=90)]),
    ("a try", tries.COUNT, [b"\0" * 32, 5]),
    ("a code", codes.USE, [new_id(), [b"\0" * 32], True]),
]


@pytest_asyncio.fixture
async def book(identity: Identity) -> Identity:
    """Four thousand people who are signed in."""
    for statement in (BOOK, CONTACTS_OF_BOOK, SIGNED_IN, SIGNING_IN, SENT, KNOWN, REMEMBERED):
        await identity.logins.fetch(statement)
    await identity.logins.fetch(f"ANALYZE {', '.join(MANY)}")
    return identity


async def test_no_table_of_people_is_read_from_end_to_end(book: Identity) -> None:
    database = book.logins.open(1)
    try:
        for name, statement, arguments in STATEMENTS:
            async with database.transaction(book.agency.id) as tx:
                plan = "\n".join(row[0] for row in await tx.driver.fetch(f"EXPLAIN {statement}", *arguments))
            read = [table for table in MANY if f"Seq Scan on {table}" in plan]
            assert not read, f"{name}:\n{plan}"
    finally:
        await database.close()
