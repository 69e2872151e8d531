"""Consents: what a person agreed to be sent; every change is recorded and told with the text that was read."""

from datetime import UTC, datetime
from typing import Any

from contracts.identity.activities import What
from contracts.identity.consents import (
    TEXTS,
    ChangeConsent,
    Consent,
    ConsentKind,
    Consents,
    ConsentTextChanged,
    NoMobileNumber,
    TooManyChanges,
)
from contracts.identity.sessions import Browser
from contracts.kinds import SignInRequired
from contracts.portal_events import ConsentChanged
from contracts.principal import Principal
from kit.bus.portal_events import leave_portal_event
from kit.database import Transaction
from services.identity.audit import activities, doers

A_DAY = 20  # changes of one consent; withdrawing is never refused
PERSON = """
SELECT c.email, c.mobile, c.ams_id, c.account_ams_id, g.slug FROM contacts c JOIN agencies g ON g.id = c.agency
WHERE c.id = $1 AND NOT c.deleted
"""
KEEP = """
INSERT INTO consents AS c (agency, contact, kind, given, address, version, language, changed_at, changes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
ON CONFLICT (agency, contact, kind) DO UPDATE SET given = excluded.given, address = excluded.address,
  version = excluded.version, language = excluded.language, changed_at = excluded.changed_at,
  changes = CASE WHEN c.changed_at > now() - interval '1 day' THEN c.changes + 1 ELSE 1 END
WHERE (c.given, c.address, c.version) IS DISTINCT FROM (excluded.given, excluded.address, excluded.version)
RETURNING changes
"""


async def of_person(principal: Principal, tx: Transaction) -> Consents:
    """One of each kind; raises SignInRequired when the person is gone meanwhile."""
    person = await _person(principal, tx)
    rows = await tx.driver.fetch(
        "SELECT kind, given, address, version, changed_at FROM consents WHERE contact = $1", principal.sub
    )
    said = {row["kind"]: row for row in rows}
    return Consents(items=[_consent(kind, person, said.get(kind.value)) for kind in ConsentKind])


async def change(wanted: ChangeConsent, principal: Principal, tx: Transaction) -> Consents:
    """Gives or withdraws a consent; what is so already is neither recorded nor told.

    Raises ConsentTextChanged, NoMobileNumber, TooManyChanges.
    """
    if wanted.version != TEXTS[wanted.consent]:
        raise ConsentTextChanged(version=TEXTS[wanted.consent])
    person = await _person(principal, tx)
    address = _address(wanted.consent, person)
    if wanted.given and not address:
        raise NoMobileNumber
    before = await of_person(principal, tx)
    was_given = next(consent.given for consent in before.items if consent.kind is wanted.consent)
    if not (wanted.given or was_given):
        return before
    now = datetime.now(UTC)
    row = (tx.agency, principal.sub, wanted.consent.value, wanted.given, address, wanted.version, wanted.language, now)
    changes = await tx.driver.fetchval(KEEP, *row)
    if changes is None:
        return before
    if wanted.given and changes > A_DAY:
        raise TooManyChanges(retry_after=86_400)
    await _record(wanted, principal, tx)
    told = ConsentChanged(
        contact=person["ams_id"],
        account=person["account_ams_id"],
        consent=wanted.consent.value,
        given=wanted.given,
        address=address,
        version=wanted.version,
        language=wanted.language,
        at=now,
    )
    leave_portal_event(tx, person["slug"], told)
    return await of_person(principal, tx)


async def _record(wanted: ChangeConsent, principal: Principal, tx: Transaction) -> None:
    doer = await doers.of(principal, Browser(), tx)
    facts = {
        "consent": wanted.consent.value,
        "given": "yes" if wanted.given else "no",
        "version": wanted.version,
        "language": wanted.language,
    }
    await activities.record(
        What.CONSENT_CHANGED, doer, tx, account=principal.account, contact=principal.sub, facts=facts
    )


async def _person(principal: Principal, tx: Transaction) -> Any:
    person = await tx.driver.fetchrow(PERSON, principal.sub)
    if person is None:
        raise SignInRequired
    return person


def _address(kind: ConsentKind, person: Any) -> str:
    address: str = person["mobile" if kind is ConsentKind.SMS else "email"]
    return address


def _consent(kind: ConsentKind, person: Any, said: Any) -> Consent:
    address = _address(kind, person)
    return Consent(
        kind=kind,
        # a consent is about one address: another person may have that number by now
        given=bool(said and said["given"] and said["address"] == address and address),
        address=address,
        version=TEXTS[kind],
        agreed_version=said["version"] if said else "",
        changed_at=said["changed_at"] if said else None,
    )
