"""Agencies: their public records, which everyone else keeps a copy of."""

import json
from uuid import UUID

from contracts.identity.agencies import Agencies, Agency, AgencyChanged, AgencyDetails, AgencyExists
from contracts.kinds import NotFound
from kit.agencies import find_agency
from kit.database import Transaction
from kit.ids import new_id


async def add(details: AgencyDetails, transaction: Transaction) -> Agency:
    """Adds an agency and tells everyone; raises AgencyExists for a slug that is taken."""
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
    agency = await find_agency(transaction, slug)
    if agency is None:
        raise NotFound
    await transaction.enter(agency)
    return agency


def _agency(key: UUID, details: AgencyDetails) -> Agency:
    return Agency(id=key, **details.model_dump())
