"""Messages of the contracts with made-up contents, and what their handlers keep."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.documents.id_cards import IdCardIssued
from contracts.identity.contacts import AccountsChanged, ChangedAccount
from contracts.notify import MailDocument
from kit.database import Transaction
from kit.ids import new_id

OAKHILL = UUID("01980000-0000-7000-8000-0000000000aa")
RIVERSIDE = UUID("01980000-0000-7000-8000-0000000000bb")


def accounts_changed(name: str = "Moreno household", agency: UUID = OAKHILL) -> AccountsChanged:
    """Identity tells of an account."""
    changed = ChangedAccount(
        account=uuid4(),
        ams_id="A-1",
        version=1,
        changed_at=datetime.now(UTC),
        deleted=False,
        name=name,
        street="12 Elm Street",
        city="Springfield",
        state="IL",
        postal_code="62701",
    )
    return AccountsChanged(agency=agency, accounts=[changed])


def mail_document(title: str = "ID card", agency: UUID = OAKHILL) -> MailDocument:
    """Documents leaves a mail for notify."""
    return MailDocument(
        agency=agency,
        delivery=new_id(),
        to="alex.moreno@example.com",
        sender_name="Oak Hill Insurance",
        document=new_id(),
        title=title,
        file_name="id-card.pdf",
        sha256="0" * 64,
        language="en",
    )


def id_card_issued(agency: UUID = OAKHILL) -> IdCardIssued:
    """Documents tells of a card."""
    return IdCardIssued(agency=agency, account=uuid4(), document=uuid4(), policy=uuid4(), vehicle="V-1")


async def keep(what: str, transaction: Transaction) -> None:
    """The business write of these tests: a row in `things`."""
    await transaction.driver.execute(
        "INSERT INTO things (id, agency, what) VALUES ($1, $2, $3)", new_id(), transaction.agency, what
    )
