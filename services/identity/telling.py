"""Who is told: the addresses behind what an agency wants told about an action, and a mail to each of them."""

from dataclasses import dataclass
from typing import Literal
from uuid import uuid5

from contracts.identity.agencies import AgencyDetails, Language
from contracts.identity.telling import TellPeople
from contracts.notify import MailAction
from kit.agencies import agency_details
from kit.database import Transaction
from services.identity.audit import doers
from services.identity.people.contacts import HAS_ACCESS

PEOPLE = f"""
SELECT c.id, c.role, c.email, trim(c.first_name || ' ' || c.last_name) AS name, c.language
FROM contacts c JOIN accounts a ON a.agency = c.agency AND a.ams_id = c.account_ams_id
WHERE a.id = $1 AND NOT a.deleted AND {HAS_ACCESS} AND (c.id = $2 OR c.role = 'primary')
ORDER BY (c.id = $2) DESC, c.id
"""


@dataclass(frozen=True)
class Reader:
    """Who reads a mail: the agency (without a name), the contact, or the primary contact of its account."""

    part: Literal["agent", "customer", "primary"]
    email: str
    name: str
    language: Language


async def tell(job: TellPeople, tx: Transaction) -> None:
    """Leaves the mails that the agency wants for this action: each address gets one, the contact's own first.

    A job that comes again leaves the same deliveries. Whoever has lost the access meanwhile is not told.
    """
    agency = await agency_details(tx, tx.agency)
    account = await tx.driver.fetchrow("SELECT name, number FROM accounts WHERE id = $1", job.account)
    if agency is None or account is None:
        return
    actor = (await doers.named(job.by, job.doer or job.contact, tx)).name
    for reader in await _readers(job, agency, tx):
        tx.enqueue(
            MailAction(
                agency=job.agency,
                delivery=uuid5(job.id, reader.part),
                to=reader.email,
                name=reader.name,
                part=reader.part,
                action=job.action,
                account_name=account["name"],
                account_number=account["number"],
                actor=actor,
                at=job.at,
                facts=job.facts,
                language=reader.language,
            )
        )


async def _readers(job: TellPeople, agency: AgencyDetails, tx: Transaction) -> list[Reader]:
    told = agency.who_is_told.of(job.action)
    readers: dict[str, Reader] = {}
    if told.agent_email:
        mailbox = agency.who_is_told.address or agency.email
        readers[mailbox.lower()] = Reader("agent", mailbox, "", agency.default_language)
    for row in await tx.driver.fetch(PEOPLE, job.account, job.contact):
        own = row["id"] == job.contact
        if told.customer_email if own else told.primary_email:
            language: Language = row["language"] or agency.default_language
            reader = Reader("customer" if own else "primary", row["email"], row["name"], language)
            readers.setdefault(row["email"].lower(), reader)
    return [reader for email, reader in readers.items() if email]
