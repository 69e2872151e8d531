"""After everything else: no identification code, session or sign-in secret rests where it could be read later."""

import contextlib
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from ops.secrets import Secrets, load_secrets
from ops.stack.places import with_login

from .conftest import Arrive
from .front_end import FrontEnd
from .household import Household
from .mailbox import CODE, Mailbox
from .portal import SERVICES, Portal, until
from .secrets_seen import SecretsSeen

pytestmark = [pytest.mark.stack]
# a number that stands alone: not inside an id, a time, or a longer number
ALONE = re.compile(rb"(?<![0-9A-Za-z.:_-])\d{6}(?![0-9A-Za-z.:_-])")


def files(portal: Portal) -> Iterator[tuple[str, bytes]]:
    """Logs, traces and what the bus has on disk, by name."""
    folders: list[Path] = [portal.data / "logs", portal.data / "traces", portal.data / "nats"]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in [*paths, portal.folder / "up.log", portal.data / "postgres" / "postgres.log"]:
        with contextlib.suppress(FileNotFoundError):  # the bus writes beside a file, and then in its place
            yield path.relative_to(portal.folder).as_posix(), path.read_bytes()


async def tables(portal: Portal, secrets: Secrets) -> AsyncIterator[tuple[str, bytes]]:
    """Every row of every table as text, bytes in it readable, by the table's name."""
    url = json.loads((portal.data / "runtime.json").read_text())["places"]["database_url"]
    for service in SERVICES:
        admin = await asyncpg.connect(with_login(url, "postgres", secrets.derive("postgres"), f"portico_{service}"))
        await admin.execute("SET bytea_output = 'escape'")
        for row in await admin.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            rows = await admin.fetch(f'SELECT t::text AS line FROM "{row["tablename"]}" t')
            yield f"{service}.{row['tablename']}", "\n".join(each["line"] for each in rows).encode()
        await admin.close()


async def everything(portal: Portal) -> dict[str, bytes]:
    """All that a stack keeps, except people's mailbox and their documents' bytes."""
    kept = dict(files(portal))
    async for table, text in tables(portal, load_secrets(portal.data)):
        if table != "documents.chunks":
            kept[table] = text
    return kept


async def test_no_code_session_or_sign_in_secret_is_kept_anywhere(
    portal: Portal, arrive: Arrive, front_end: FrontEnd, mailbox: Mailbox, seen: SecretsSeen
) -> None:
    family = await arrive(Household(mobile=True))
    await front_end.sign_in(family.email)
    codes = {found.group().encode() for letter in await mailbox.listed() if (found := CODE.search(letter["text"]))}
    hidden = {secret.encode() for secret in seen.sessions | seen.sign_ins | seen.returned}
    assert codes and seen.sessions and seen.sign_ins

    async def traced() -> bool:  # each process writes its spans in its own time
        traces = (portal.data / "traces").glob("*.ndjson")
        return any(b"answer request.identity.finish_sign_in" in trace.read_bytes() for trace in traces)

    await until(traced)
    kept = await everything(portal)
    # the search does look: what may rest there is found
    assert ALONE.findall(b'{"code":"123456","at":"12:00:00.654321Z"} 1234567') == [b"123456"]
    assert family.email.encode() in kept["identity.contacts"]
    assert b'"level"' in kept["data/logs/notify.log"]
    assert any(family.email.encode() in text for name, text in kept.items() if name.startswith("data/nats/"))

    resting = {(name, secret[:12]) for name, text in kept.items() for secret in hidden if secret in text}
    assert resting == set()
    numbers: dict[str, set[bytes]] = defaultdict(set)
    for name, text in kept.items():
        numbers[name] |= codes & set(ALONE.findall(text))
    # six digits may be the same by chance once; a place that keeps codes has more of them
    assert {name: found for name, found in numbers.items() if len(found) > 1} == {}


async def test_passwords_of_the_stack_are_in_no_log_and_no_trace(portal: Portal) -> None:
    secrets = load_secrets(portal.data)
    passwords = [secrets.derive("postgres"), secrets.derive("identity", "code-key"), secrets.master.hex()]
    passwords += [secrets.nats(user) for user in (*SERVICES, "gateway", "ops")]
    passwords += [secrets.login(service, role) for service in SERVICES for role in ("owner", "app", "reader", "relay")]
    passwords.append(secrets.signing_key["d"])
    passwords.append(portal.login_of_system()["PORTICO_CLIENT_SECRET"])
    spoken = {name: text for name, text in files(portal) if name != "data/nats/nats.conf" and "store" not in name}
    assert len(spoken) > 10
    assert [name for name, text in spoken.items() if any(password.encode() in text for password in passwords)] == []
