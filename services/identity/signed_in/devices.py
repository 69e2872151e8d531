"""Remembered devices: a secret of 30 days that is turned over in use, and opens ID cards and nothing else."""

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.devices import Device, DeviceRemembered, Devices, DeviceSession, RememberDevice, ResolveDevice
from contracts.identity.sessions import Browser, Session, SessionEnded
from contracts.kinds import NotFound, SignInRequired
from contracts.principal import MAX_AGE, Kind, Limit, Principal
from kit.database import Transaction
from kit.ids import new_id
from kit.principal import PrincipalSigner
from services.identity import secret
from services.identity.audit import activities
from services.identity.people.contacts import HAS_ACCESS

from . import browsers

log = logging.getLogger(__name__)

LIFETIME = timedelta(days=30)
TURNED = timedelta(hours=1)  # after this long in use the browser gets a new secret
GRACE = timedelta(minutes=2)  # for requests that were under way with the old one
MOST = 20  # of one contact; the one that was not used for longest goes
AMR = ("device",)

RESOLVE = f"""
SELECT d.*, g.slug, trim(c.first_name || ' ' || c.last_name) AS name,
       coalesce(nullif(c.language, ''), g.details->>'default_language') AS language
FROM devices d JOIN agencies g ON g.id = d.agency
JOIN contacts c ON c.id = d.contact AND {HAS_ACCESS}
JOIN accounts a ON a.id = d.account AND a.ams_id = c.account_ams_id AND NOT a.deleted
WHERE (d.secret_hash = $1 OR d.next_hash = $1 OR d.last_hash = $1) AND d.ended_at IS NULL AND d.expires_at > now()
  AND coalesce((g.details->>'portal_open')::boolean, true)
  AND coalesce((g.details->'sign_in'->>'remembered_devices')::boolean, true)
FOR UPDATE OF d
"""
# a person is an address: a device is remembered for one account, by that account's contact
MINE = """
SELECT d.id, d.agent, a.name AS account_name, d.made_at, d.used_at, d.expires_at
FROM devices d JOIN accounts a ON a.id = d.account
WHERE d.ended_at IS NULL AND d.expires_at > now() AND d.contact = ANY (ARRAY(
  SELECT $1::uuid UNION SELECT o.id FROM contacts c JOIN contacts o ON o.agency = c.agency AND o.email_key = c.email_key
  WHERE c.id = $1 AND NOT $2::boolean AND o.email_key <> '' AND NOT o.deleted))
ORDER BY d.used_at DESC, d.id
"""


async def remember(who: Principal, wanted: RememberDevice, tx: Transaction) -> DeviceRemembered:
    """Remembers the browser for the open account; raises NotFound where the agency does not want it."""
    offered = await tx.driver.fetchval(
        "SELECT coalesce((details->'sign_in'->>'remembered_devices')::boolean, true) FROM agencies WHERE id = $1",
        tx.agency,
    )
    if not offered:
        raise NotFound
    if wanted.replaces:
        await _end("secret_hash = $1 OR next_hash = $1", [secret.hash_of(wanted.replaces)], tx)
    await _end(
        "id IN (SELECT id FROM devices WHERE contact = $1 AND ended_at IS NULL ORDER BY used_at DESC OFFSET $2)",
        [who.sub, MOST - 1],
        tx,
    )
    carried, expires_at = secret.new_secret(tx.agency), datetime.now(UTC) + LIFETIME
    await tx.driver.execute(
        "INSERT INTO devices (id, agency, contact, account, secret_hash, address, agent, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(new_id(), tx.agency, who.sub, who.account, secret.hash_of(carried)),
        *(wanted.browser.address, wanted.browser.agent, expires_at),
    )
    await _record(What.DEVICE_REMEMBERED, who.sub, who.account, wanted.browser.agent, wanted.browser, tx)
    return DeviceRemembered(token=carried, expires_at=expires_at)


async def resolve(wanted: ResolveDevice, signer: PrincipalSigner, tx: Transaction) -> DeviceSession | None:
    """A session limited to ID cards, and from time to time a new secret; raises SignInRequired.

    Nothing, with the device ended, for a secret that was turned over before: two browsers have it, and one stole it.
    That has to be committed.
    """
    digest = secret.hash_of(wanted.token)
    row = await tx.driver.fetchrow(RESOLVE, digest)
    if row is None:
        raise SignInRequired
    now = datetime.now(UTC)
    if row["last_hash"] == digest and row["turned_at"] < now - GRACE:
        log.warning("a remembered device's old secret came back", extra={"device": str(row["id"])})
        await _end("id = $1", [row["id"]], tx)
        await _record(
            What.DEVICE_FORGOTTEN, row["contact"], row["account"], row["agent"], wanted.browser, tx, why="copied"
        )
        return None
    carried = await _turn(row, digest, now, tx)
    return DeviceSession(session=_session(row, signer), token=carried, expires_at=row["expires_at"])


async def _turn(row: Any, digest: bytes, now: datetime, tx: Transaction) -> str:
    """The next secret where one is due; the present one counts until the next has come back once."""
    if row["next_hash"] == digest:
        await tx.driver.execute(
            "UPDATE devices SET last_hash = secret_hash, secret_hash = next_hash, next_hash = NULL, turned_at = now(),"
            " used_at = now() WHERE id = $1",
            row["id"],
        )
        return ""
    if row["last_hash"] == digest or row["turned_at"] > now - TURNED:
        await tx.driver.execute("UPDATE devices SET used_at = now() WHERE id = $1", row["id"])
        return ""
    carried = secret.new_secret(tx.agency)
    await tx.driver.execute(
        "UPDATE devices SET next_hash = $2, used_at = now() WHERE id = $1", row["id"], secret.hash_of(carried)
    )
    return carried


def _session(row: Any, signer: PrincipalSigner) -> Session:
    exp = int(min(time.time() + MAX_AGE, row["expires_at"].timestamp()))
    principal = Principal(
        agency=row["agency"],
        kind=Kind.CONTACT,
        sub=row["contact"],
        account=row["account"],
        limit=Limit.ID_CARDS,
        amr=AMR,
        sid=row["id"],
        exp=exp,
    )
    return Session(
        principal=signer.sign(principal),
        sid=row["id"],
        agency=row["agency"],
        slug=row["slug"],
        account=row["account"],
        read_only=False,
        limit=Limit.ID_CARDS,
        language=row["language"],
        good_until=datetime.fromtimestamp(exp, UTC),
    )


async def listed(who: Principal, tx: Transaction) -> Devices:
    """The person's devices, the most recently used first."""
    items = []
    for row in await tx.driver.fetch(MINE, who.sub, who.read_only):
        browser, system = browsers.browser_and_system(row["agent"])
        items.append(
            Device(
                id=row["id"],
                browser=browser,
                system=system,
                account_name=row["account_name"],
                made_at=row["made_at"],
                used_at=row["used_at"],
                expires_at=row["expires_at"],
            )
        )
    return Devices(items=items)


async def forget(who: Principal, device: UUID, browser: Browser, tx: Transaction) -> None:
    """Forgets a device of the person; a remembered device itself knows only its own. Raises NotFound."""
    own = {device} if who.limit is Limit.ID_CARDS and who.sid == device else set()
    if who.limit is None:
        own = {one.id for one in (await listed(who, tx)).items}
    if device not in own:
        raise NotFound
    row = await tx.driver.fetchrow("SELECT agent FROM devices WHERE id = $1", device)
    await _end("id = $1", [device], tx)
    agent = row["agent"] if row else ""
    await _record(What.DEVICE_FORGOTTEN, who.sub, who.account, agent, browser, tx)


async def end_of(contacts: list[UUID], tx: Transaction) -> int:
    """Forgets every device of these contacts; returns how many there were."""
    return await _end("contact = ANY($1)", [contacts], tx)


async def _end(condition: str, values: list[Any], tx: Transaction) -> int:
    rows = await tx.driver.fetch(
        f"UPDATE devices SET ended_at = now() WHERE ({condition}) AND ended_at IS NULL RETURNING id", *values
    )
    for row in rows:
        tx.tell(SessionEnded(agency=tx.agency, sid=row["id"]))  # gateways may remember what it could open
    return len(rows)


async def _record(
    what: What, contact: UUID, account: UUID | None, agent: str, browser: Browser, tx: Transaction, why: str = ""
) -> None:
    name: str = await tx.driver.fetchval(
        "SELECT trim(first_name || ' ' || last_name) FROM contacts WHERE id = $1", contact
    )
    doer = Doer(kind="contact", id=str(contact), name=name or "", address=browser.address)
    facts = {**browsers.facts_of(agent), **({"why": why} if why else {})}
    await activities.record(what, doer, tx, account=account, contact=contact, facts=facts)
