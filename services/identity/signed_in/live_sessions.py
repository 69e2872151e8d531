"""Live sessions: where a person is signed in, and how they end the ones that they do not want."""

from uuid import UUID

from contracts.identity.activities import What
from contracts.identity.sessions import Browser, LiveSession, LiveSessions
from contracts.kinds import NotFound
from contracts.principal import Principal
from kit.database import Transaction
from services.identity.audit import activities, doers

from . import browsers, devices, sessions

# a person is an address: one of several accounts is opened by a contact of its own; views by staff are not sessions
# of the person, and are found in the activity
MINE = """
SELECT s.id, s.agent, coalesce(a.name, '') AS account_name, s.made_at, s.seen_at
FROM sessions s LEFT JOIN accounts a ON a.id = s.account
WHERE s.agency = $1 AND s.kind = 'contact' AND NOT s.read_only AND s.ended_at IS NULL
  AND s.expires_at > now() AND s.seen_at > now() - s.idle
  AND s.id IN (
    SELECT o.id FROM sessions o WHERE o.subject = $2 AND o.ended_at IS NULL
    UNION SELECT o.id FROM sessions o JOIN contacts c ON o.email = c.email_key COLLATE "default"
    WHERE c.id = $2 AND c.email_key <> '' AND o.ended_at IS NULL)
ORDER BY s.id <> $3, s.seen_at DESC
"""


async def of_person(principal: Principal, tx: Transaction) -> LiveSessions:
    """Every live session, the one that asks first."""
    rows = await tx.driver.fetch(MINE, tx.agency, principal.sub, principal.sid)
    items = []
    for row in rows:
        browser, system = browsers.browser_and_system(row["agent"])
        items.append(
            LiveSession(
                id=row["id"],
                browser=browser,
                system=system,
                account_name=row["account_name"],
                since=row["made_at"],
                seen=row["seen_at"],
                here=row["id"] == principal.sid,
            )
        )
    return LiveSessions(items=items)


async def end_one(session: UUID, principal: Principal, tx: Transaction) -> None:
    """Ends one of them; raises NotFound for what is not the person's."""
    chosen = [one for one in (await of_person(principal, tx)).items if one.id == session]
    if not chosen:
        raise NotFound
    await _end(chosen, principal, tx)


async def end_others(principal: Principal, tx: Transaction) -> int:
    """Ends all but the one that asks, and forgets every remembered device; returns how many sessions ended."""
    others = [one for one in (await of_person(principal, tx)).items if not one.here]
    await _end(others, principal, tx)
    for device in (await devices.listed(principal, tx)).items:
        await devices.forget(principal, device.id, Browser(), tx)
    return len(others)


async def _end(chosen: list[LiveSession], principal: Principal, tx: Transaction) -> None:
    doer = await doers.of(principal, Browser(), tx)
    for one in chosen:
        await sessions.end(one.id, tx)
        names = {"browser": one.browser, "system": one.system}
        await activities.record(
            What.SIGNED_OUT if one.here else What.SESSION_ENDED,
            doer,
            tx,
            account=principal.account,
            contact=principal.sub,
            facts={name: value for name, value in names.items() if value},
        )
