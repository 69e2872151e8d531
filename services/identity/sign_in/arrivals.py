"""Arrivals: people who have proven an address come in, to one account or to the choice of one."""

from datetime import UTC, datetime

from contracts.identity.activities import Doer, What
from contracts.identity.contacts import AccountChoice
from contracts.identity.sessions import Browser, ChooseAccount, SignedIn
from contracts.kinds import NotFound, SignInRequired
from contracts.portal_events import SignedIn as SignedInEvent
from contracts.principal import Kind, Principal
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from services.identity import agencies
from services.identity.audit import activities, doers
from services.identity.people import contacts
from services.identity.people.contacts import Entrant
from services.identity.signed_in import browsers, sessions


async def let_in(
    entrants: list[Entrant],
    amr: tuple[str, ...],
    browser: Browser,
    tx: Transaction,
    *,
    until: datetime | None = None,
    proven_at: datetime | None = None,
    what: What = What.SIGNED_IN,
) -> SignedIn:
    """Opens a session for the people behind one address, who are held; every way in ends here. Raises PortalClosed.

    With one of them it is open at once; with more, the session opens nothing until one is chosen. `until` and
    `proven_at` are those of an older session that this one replaces.
    """
    assert all(entrant.held for entrant in entrants)
    await agencies.require_open(tx)
    first = entrants[0]
    alone = len(entrants) == 1
    opened = await sessions.open_one(
        Kind.CONTACT,
        first.id,
        amr,
        browser,
        tx,
        email=first.email,
        account=first.account.id if alone else None,
        until=until,
        proven_at=proven_at,
    )
    if alone:
        await _tell_ams(first, amr, tx)
        doer = Doer(kind="contact", id=str(first.id), name=first.name, address=browser.address)
        facts = {"by": " ".join(amr), **browsers.facts_of(browser.agent)}
        await activities.record(what, doer, tx, account=first.account.id, contact=first.id, facts=facts)
    return SignedIn(
        next="home" if alone else "account",
        accounts=[entrant.account for entrant in entrants],
        token=opened.token,
        expires_at=opened.expires_at,
    )


async def choose(principal: Principal, wanted: ChooseAccount, tx: Transaction) -> SignedIn:
    """Replaces the session by one with this account open and a new secret.

    Raises NotFound for a foreign account, SignInRequired for a session that has ended.
    """
    row = await tx.driver.fetchrow(
        "SELECT email, account, amr, expires_at, proven_at FROM sessions WHERE id = $1 AND ended_at IS NULL",
        principal.sid,
    )
    if row is None:
        raise SignInRequired
    chosen = [
        entrant
        for entrant in await contacts.with_email(row["email"], tx, hold=True)
        if entrant.account.id == wanted.account and wanted.contact in (None, entrant.id)
    ]
    if len(chosen) != 1:
        raise NotFound
    await sessions.replace(principal.sid, tx)
    what = What.SIGNED_IN if row["account"] is None else What.ACCOUNT_SWITCHED
    return await let_in(
        chosen,
        tuple(row["amr"]),
        wanted.browser,
        tx,
        until=row["expires_at"],
        proven_at=row["proven_at"],
        what=what,
    )


async def choices(principal: Principal, tx: Transaction) -> list[AccountChoice]:
    """The accounts that the person behind this session may open."""
    email = await tx.driver.fetchval("SELECT email FROM sessions WHERE id = $1 AND ended_at IS NULL", principal.sid)
    if email is None:
        raise SignInRequired
    return [entrant.account for entrant in await contacts.with_email(email, tx)]


async def leave(principal: Principal, tx: Transaction) -> None:
    """Signs out."""
    await sessions.end(principal.sid, tx)
    if principal.kind is Kind.CONTACT and principal.account is not None:
        doer = Doer(kind="contact", id=str(principal.sub), name=await contacts.name_of(principal.sub, tx))
        await activities.record(What.SIGNED_OUT, doer, tx, account=principal.account, contact=principal.sub)
    elif principal.kind is Kind.STAFF:
        await activities.record(What.MEMBER_SIGNED_OUT, await doers.of(principal, Browser(), tx), tx)


async def _tell_ams(entrant: Entrant, amr: tuple[str, ...], tx: Transaction) -> None:
    event = SignedInEvent(contact=entrant.ams_id, account=entrant.account_ams_id, amr=amr, at=datetime.now(UTC))
    leave_portal_event(tx, (await agencies.current(tx)).slug, event)
