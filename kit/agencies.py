"""The agencies' public records: identity's own, and the copy that every other service keeps of them."""

from uuid import UUID

from contracts.identity.agencies import AgencyChanged, AgencyDetails

from .database import Transaction


async def keep_agency(event: AgencyChanged, transaction: Transaction) -> None:
    """Keeps the newest public record of an agency."""
    await transaction.driver.execute(
        "INSERT INTO agencies (id, slug, version, details) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, details = excluded.details"
        " WHERE excluded.version > agencies.version",
        event.agency,
        event.details.slug,
        event.version,
        event.details.model_dump_json(),
    )


async def find_agency(transaction: Transaction, slug: str) -> UUID | None:
    """The key of the agency with this slug."""
    key: UUID | None = await transaction.driver.fetchval("SELECT id FROM agencies WHERE slug = $1", slug)
    return key


async def enter_agency(transaction: Transaction, slug: str) -> AgencyDetails | None:
    """Turns the transaction to the agency with this slug; returns its public record."""
    row = await transaction.find_and_enter("SELECT id, details FROM agencies WHERE slug = $1", slug)
    if row is None:
        return None
    transaction.records[row["id"]] = AgencyDetails.model_validate_json(row["details"])
    return transaction.records[row["id"]]


async def agency_details(transaction: Transaction, agency: UUID) -> AgencyDetails | None:
    """The public record of an agency, read once a transaction."""
    if agency not in transaction.records:
        details = await transaction.driver.fetchval("SELECT details FROM agencies WHERE id = $1", agency)
        if not details:
            return None
        transaction.records[agency] = AgencyDetails.model_validate_json(details)
    return transaction.records[agency]
