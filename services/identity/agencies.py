"""Agencies: their public records, which everyone else keeps a copy of."""

import json
from typing import Any
from uuid import UUID

from contracts.identity.activities import Doer, What
from contracts.identity.agencies import Agencies, Agency, AgencyChanged, AgencyDetails, AgencyExists
from contracts.identity.settings import Settings, SettingsChange, SettingsOutdated
from contracts.kinds import BadRequest, NotFound, PortalClosed
from kit.agencies import agency_details, enter_agency
from kit.database import Transaction
from kit.ids import new_id

from .audit import activities


async def add(details: AgencyDetails, transaction: Transaction) -> Agency:
    """Adds an agency and tells everyone; raises AgencyExists for a slug that is taken, BadRequest."""
    await _check(details, transaction)
    agency = new_id()
    added = await transaction.driver.fetchval(
        "INSERT INTO agencies (id, slug, version, details) VALUES ($1, $2, 1, $3)"
        " ON CONFLICT (slug) DO NOTHING RETURNING id",
        agency,
        details.slug,
        details.model_dump_json(),
    )
    if added is None:
        raise AgencyExists
    transaction.tell(AgencyChanged(agency=agency, version=1, details=details))
    return _agency(agency, details)


async def change(details: AgencyDetails, transaction: Transaction) -> Agency:
    """Replaces the record of the agency with this slug and tells everyone; raises NotFound."""
    row = await transaction.driver.fetchrow(
        "UPDATE agencies SET details = $2, version = version + 1 WHERE slug = $1 RETURNING id, version",
        details.slug,
        details.model_dump_json(),
    )
    if row is None:
        raise NotFound
    transaction.tell(AgencyChanged(agency=row["id"], version=row["version"], details=details))
    return _agency(row["id"], details)


async def settings(transaction: Transaction, *, to_change: bool = False) -> Settings:
    """The settings of the transaction's agency; `to_change`: nobody else changes them until it ends."""
    query = f"SELECT version, details FROM agencies WHERE id = $1{' FOR UPDATE' if to_change else ''}"
    row = await transaction.driver.fetchrow(query, transaction.agency)
    if row is None:
        raise NotFound
    return Settings(version=row["version"], details=AgencyDetails.model_validate_json(row["details"]))


async def change_settings(
    changes: SettingsChange, doer: Doer, transaction: Transaction, version: int | None = None
) -> Settings:
    """Changes the named fields of the record of the transaction's agency and tells everyone.

    Raises SettingsOutdated when `version` is not the newest, BadRequest for what does not fit together.
    """
    before = await settings(transaction, to_change=True)
    if version not in (None, before.version):
        raise SettingsOutdated(version=before.version)
    details = AgencyDetails(**_merged(before.details.model_dump(), changes.model_dump(exclude_none=True)))
    changed = [name for name in AgencyDetails.model_fields if getattr(details, name) != getattr(before.details, name)]
    if not changed:
        return before
    await _check(details, transaction)
    await change(details, transaction)
    await activities.record(What.SETTINGS_CHANGED, doer, transaction, facts={"fields": " ".join(changed)})
    return Settings(version=before.version + 1, details=details)


async def every(transaction: Transaction) -> Agencies:
    """All agencies, by name."""
    rows = await transaction.driver.fetch("SELECT id, details FROM agencies ORDER BY details->>'name'")
    return Agencies(items=[_agency(row["id"], AgencyDetails.model_validate_json(row["details"])) for row in rows])


async def find(slug: str, transaction: Transaction) -> Agency:
    """The agency with this slug; raises NotFound."""
    row = await transaction.driver.fetchrow("SELECT id, details FROM agencies WHERE slug = $1", slug)
    if row is None:
        raise NotFound
    return Agency(id=row["id"], **json.loads(row["details"]))


async def enter(slug: str, transaction: Transaction) -> UUID:
    """Turns the transaction to the agency with this slug; raises NotFound."""
    if await enter_agency(transaction, slug) is None:
        raise NotFound
    return transaction.agency


async def visit(slug: str, transaction: Transaction) -> UUID:
    """Does the same for somebody who wants into the portal; raises PortalClosed while that is off."""
    agency = await enter(slug, transaction)
    await require_open(transaction)
    return agency


async def require_open(transaction: Transaction) -> None:
    """Raises PortalClosed while the portal of the transaction's agency is off."""
    if not (await current(transaction)).portal_open:
        raise PortalClosed


async def current(transaction: Transaction) -> AgencyDetails:
    """The record of the transaction's agency, read once in it."""
    details = await agency_details(transaction, transaction.agency)
    assert details is not None
    return details


async def _check(details: AgencyDetails, transaction: Transaction) -> None:
    """Raises BadRequest for what no field shows by itself."""
    if details.default_language not in details.languages:
        raise BadRequest(pointer="/default_language", problem="It has to be one of the portal's languages.")
    # the database knows the time zones that there are, wherever this process runs
    if not await transaction.driver.fetchval("SELECT true FROM pg_timezone_names WHERE name = $1", details.time_zone):
        raise BadRequest(pointer="/time_zone", problem="There is no time zone of this name.")


def _merged(before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What is named becomes what was given, also inside of a group of settings; the rest stays."""
    changed = {
        name: _merged(before[name], value) if isinstance(value, dict) else value for name, value in given.items()
    }
    return {**before, **changed}


def _agency(key: UUID, details: AgencyDetails) -> Agency:
    return Agency(id=key, **details.model_dump())
