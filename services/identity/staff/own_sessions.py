"""A member's own sessions: where the console is open, and how the member ends what it does not want."""

from uuid import UUID

from contracts.identity.activities import What
from contracts.identity.sessions import Browser, LiveSession
from contracts.kinds import NotFound
from contracts.principal import Principal
from kit.database import Transaction
from services.identity.audit import activities, doers
from services.identity.signed_in import browsers, sessions

MINE = """
SELECT id, agent, made_at, seen_at FROM sessions
WHERE kind = 'staff' AND subject = $1 AND ended_at IS NULL AND expires_at > now() AND seen_at > now() - idle
ORDER BY id <> $2, seen_at DESC
"""


async def of_member(who: Principal, tx: Transaction) -> list[LiveSession]:
    """Every live session, the one that asks first."""
    items = []
    for row in await tx.driver.fetch(MINE, who.sub, who.sid):
        browser, system = browsers.browser_and_system(row["agent"])
        items.append(
            LiveSession(
                id=row["id"],
                browser=browser,
                system=system,
                account_name="",
                since=row["made_at"],
                seen=row["seen_at"],
                here=row["id"] == who.sid,
            )
        )
    return items


async def end_one(session: UUID, who: Principal, browser: Browser, tx: Transaction) -> None:
    """Ends one of them; raises NotFound for what is not the member's."""
    chosen = [one for one in await of_member(who, tx) if one.id == session]
    if not chosen:
        raise NotFound
    await _end(chosen, who, browser, tx)


async def end_all_others(who: Principal, browser: Browser, tx: Transaction) -> int:
    """Ends all but the one that asks, as the member wants it; returns how many ended."""
    others = [one for one in await of_member(who, tx) if not one.here]
    await _end(others, who, browser, tx)
    return len(others)


async def end_others(who: Principal, tx: Transaction) -> None:
    """The same where a means was taken away: whoever holds it may be in, so nothing else stays open."""
    for one in await of_member(who, tx):
        if not one.here:
            await sessions.end(one.id, tx)


async def _end(chosen: list[LiveSession], who: Principal, browser: Browser, tx: Transaction) -> None:
    doer = await doers.of(who, browser, tx)
    for one in chosen:
        await sessions.end(one.id, tx)
        names = {"browser": one.browser, "system": one.system}
        facts = {name: value for name, value in names.items() if value}
        await activities.record(What.MEMBER_SIGNED_OUT if one.here else What.SESSION_ENDED, doer, tx, facts=facts)
