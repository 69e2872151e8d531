"""Mailings: documents on their way to a mailbox, counted per person so that nobody mails without end."""

import re
from uuid import UUID

from contracts.documents.mailings import Emailed, MailLimit, NoEmailOnFile
from contracts.documents.vault import Document
from contracts.identity.addressees import Addressee
from contracts.identity.contacts import Me
from contracts.kinds import BadRequest
from contracts.notify import MailDocument
from contracts.principal import Principal
from kit.database import Transaction
from kit.ids import new_id
from kit.masking import mask_email

A_DAY = 20  # mailings of one person within 24 hours
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+\.[^\s@,;:<>()\[\]\\\"]+")  # one, and nothing else


async def leave(
    document: Document, to: str, me: Me, who: Principal, account: UUID, transaction: Transaction
) -> Emailed:
    """Leaves the mail with notify: to `to`, or to the signed-in person where it is empty.

    Raises BadRequest for what is not one address, MailLimit after too many.
    """
    address = recipient(to, me)
    mailing = await _keep(document, address, who.sub, account, transaction)
    transaction.enqueue(
        MailDocument(
            agency=who.agency,
            delivery=mailing,
            to=address,
            sender_name=me.contact.name,
            document=document.id,
            title=document.title,
            file_name=document.file_name,
            sha256=document.sha256,
            language=me.language,
        )
    )
    return Emailed(sent_to=mask_email(address))


async def leave_for(document: Document, contact: Addressee, account: UUID, transaction: Transaction) -> Emailed:
    """Leaves the mail that the agency sends to a contact's primary e-mail, counted with the contact's own.

    Raises NoEmailOnFile, MailLimit after too many.
    """
    if not contact.email:
        raise NoEmailOnFile
    mailing = await _keep(document, contact.email, contact.id, account, transaction)
    transaction.enqueue(
        MailDocument(
            agency=transaction.agency,
            delivery=mailing,
            contact=contact.id,
            to=contact.email,
            sender_name="",
            document=document.id,
            title=document.title,
            file_name=document.file_name,
            sha256=document.sha256,
            language=contact.language,
        )
    )
    return Emailed(sent_to=mask_email(contact.email))


async def _keep(document: Document, address: str, contact: UUID, account: UUID, transaction: Transaction) -> UUID:
    await _count(contact, transaction)
    mailing = new_id()
    await transaction.driver.execute(
        "INSERT INTO mailings (agency, id, account, contact, document, sent_to) VALUES ($1, $2, $3, $4, $5, $6)",
        transaction.agency,
        mailing,
        account,
        contact,
        document.id,
        mask_email(address),
    )
    return mailing


def recipient(to: str, me: Me) -> str:
    """The address to send to; raises BadRequest where it is none."""
    address = to.strip() or me.contact.email or ""
    if not ADDRESS.fullmatch(address) or not address.isprintable():
        raise BadRequest(pointer="/to", problem="Please enter one e-mail address, such as name@example.com.")
    return address


async def _count(contact: UUID, transaction: Transaction) -> None:
    """Raises MailLimit when this person has sent as many as one may; one mailing of a person is counted at a time."""
    await transaction.driver.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"mailings {transaction.agency} {contact}"
    )
    waits = await transaction.driver.fetch(
        "SELECT ceil(extract(epoch FROM left_at + interval '1 day' - now()))::int AS seconds FROM mailings"
        " WHERE agency = $1 AND contact = $2 AND left_at > now() - interval '1 day'"
        " ORDER BY left_at DESC LIMIT $3",
        transaction.agency,
        contact,
        A_DAY,
    )
    if len(waits) == A_DAY:
        raise MailLimit(retry_after=max(1, waits[-1]["seconds"]))
