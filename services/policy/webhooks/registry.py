"""The agency's webhooks: added with a secret that is shown once, changed, given new secrets, ended."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from contracts.kinds import NotFound
from contracts.policy.webhooks import (
    AddWebhook,
    ChangeWebhook,
    TooManyWebhooks,
    UnknownEvents,
    Webhook,
    Webhooks,
    WebhookSecret,
)
from contracts.portal_events import PORTAL_EVENTS, WebhookTested
from kit.agencies import agency_details
from kit.database import Transaction
from kit.ids import new_id
from kit.sealing import Seal

from . import queue
from .addresses import target_of
from .signing import new_secret

MOST = 10  # webhooks of one agency
PURPOSE = "webhook"
OLD_SECRET_LIVES = timedelta(days=1)
# a test is sent to one webhook, whatever it hears
KNOWN = tuple(sorted(event.what for event in PORTAL_EVENTS if event is not WebhookTested))
COLUMNS = """
w.id, w.url, w.events, w.made_at, w.failing_since, w.off_at, w.given_up, w.delivered_at, w.problem, w.old_secret_until,
(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.id AND d.state = 'waiting') AS waiting
FROM webhooks w WHERE w.agency = $1
"""
# what happened is kept for those that may want it again
UNHEARD = """
DELETE FROM heard_events WHERE agency = $1 AND NOT EXISTS (SELECT FROM webhooks w WHERE w.agency = $1)
"""


async def every(tx: Transaction) -> Webhooks:
    """The agency's, oldest first."""
    rows = await tx.driver.fetch(f"SELECT {COLUMNS} ORDER BY w.made_at, w.id", tx.agency)
    return Webhooks(items=[_webhook(row) for row in rows], known=KNOWN)


async def one(webhook: UUID, tx: Transaction) -> Webhook:
    """One of the agency's; raises NotFound."""
    row = await tx.driver.fetchrow(f"SELECT {COLUMNS} AND w.id = $2", tx.agency, webhook)
    if row is None:
        raise NotFound
    return _webhook(row)


async def add(wanted: AddWebhook, seal: Seal, tx: Transaction, *, loopback: bool) -> WebhookSecret:
    """Adds one; raises AddressRefused, UnknownEvents, TooManyWebhooks."""
    await _check(wanted.url, wanted.events, tx, loopback=loopback)
    # one at a time, so that no two become the last that is allowed
    await tx.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"webhooks {tx.agency}")
    if await tx.driver.fetchval("SELECT count(*) FROM webhooks WHERE agency = $1", tx.agency) >= MOST:
        raise TooManyWebhooks(most=MOST)
    webhook, secret = new_id(), new_secret()
    await tx.driver.execute(
        "INSERT INTO webhooks (id, agency, url, events, secret) VALUES ($1, $2, $3, $4, $5)",
        webhook,
        tx.agency,
        wanted.url,
        sorted(set(wanted.events)),
        seal.close(PURPOSE, tx.agency, webhook, secret),
    )
    return WebhookSecret(webhook=await one(webhook, tx), secret=secret)


async def change(wanted: ChangeWebhook, tx: Transaction, *, loopback: bool) -> Webhook:
    """Changes what is named; raises NotFound, AddressRefused, UnknownEvents.

    Turned off it forgets what was on its way; turned on it begins anew, with what happens from then on.
    """
    known = await one(wanted.webhook, tx)
    await _check(wanted.url or known.url, wanted.events or (), tx, loopback=loopback)
    await tx.driver.execute(
        "UPDATE webhooks SET url = coalesce($2, url), events = coalesce($3, events) WHERE id = $1",
        known.id,
        wanted.url,
        None if wanted.events is None else sorted(set(wanted.events)),
    )
    if wanted.on is False:
        await turn_off(known.id, tx)
    elif wanted.on is True:
        await tx.driver.execute(
            "UPDATE webhooks SET off_at = NULL, given_up = false, failing_since = NULL, failures = 0, problem = ''"
            " WHERE id = $1",
            known.id,
        )
    return await one(known.id, tx)


async def turn_off(webhook: UUID, tx: Transaction, *, by_rule: bool = False) -> None:
    """Nothing is sent any more; what was on its way is given up and can be sent again once it is on."""
    await tx.driver.execute(
        "UPDATE webhooks SET off_at = coalesce(off_at, now()), given_up = $2 WHERE id = $1", webhook, by_rule
    )
    await tx.driver.execute(
        "UPDATE webhook_deliveries SET state = 'given-up' WHERE webhook = $1 AND state = 'waiting'", webhook
    )
    await queue.leave(webhook, tx)


async def change_secret(webhook: UUID, seal: Seal, tx: Transaction, *, at_once: bool) -> WebhookSecret:
    """A new secret; the one before signs too for a day, or ends `at_once`. Raises NotFound."""
    await one(webhook, tx)
    secret = new_secret()
    await tx.driver.execute(
        "UPDATE webhooks SET secret = $2, old_secret = CASE WHEN $3 THEN NULL ELSE secret END,"
        " old_secret_until = CASE WHEN $3 THEN NULL ELSE now() + $4::interval END WHERE id = $1",
        webhook,
        seal.close(PURPOSE, tx.agency, webhook, secret),
        at_once,
        OLD_SECRET_LIVES,
    )
    return WebhookSecret(webhook=await one(webhook, tx), secret=secret)


async def end(webhook: UUID, tx: Transaction) -> str:
    """Ends one with all that was on its way, and returns its address; raises NotFound."""
    known = await one(webhook, tx)
    await tx.driver.execute("DELETE FROM webhooks WHERE id = $1", webhook)  # and its deliveries with it
    await tx.driver.execute(UNHEARD, tx.agency)
    await queue.leave(webhook, tx)
    return known.url


def live_secrets(row: Mapping[str, Any], seal: Seal, agency: UUID) -> Sequence[str]:
    """The secrets that sign, the newest first; `row` has `id`, `secret` and the older one where it still lives."""
    sealed = [row["secret"], row["old_secret"]]
    return [seal.open(PURPOSE, agency, row["id"], each) for each in sealed if each is not None]


async def _check(url: str, events: Sequence[str], tx: Transaction, *, loopback: bool) -> None:
    details = await agency_details(tx, tx.agency)
    target_of(url, loopback=loopback and details is not None and details.demo)
    if unknown := sorted(set(events) - set(KNOWN)):
        raise UnknownEvents(unknown=unknown)


def _webhook(row: asyncpg.Record) -> Webhook:
    facts = {name: value for name, value in row.items() if name not in ("off_at", "given_up")}
    if row["off_at"] is not None:
        state = "given-up" if row["given_up"] else "off"
    else:
        state = "failing" if row["failing_since"] else "on"
    return Webhook(**facts, state=state, off_since=row["off_at"])
