"""ID cards: for which vehicles there can be one today, and making it; the same facts give the same card again."""

import asyncio
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.documents.id_cards import IdCardOption, IdCardOptions, IdCardRefused
from contracts.documents.vault import Document
from contracts.identity.agencies import AgencyDetails
from contracts.kinds import NotFound, Unavailable
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles
from kit.agencies import agency_details
from kit.database import Transaction
from services.documents import accounts
from services.documents.accounts import Holder
from services.documents.agency_days import day_in
from services.documents.vault import drafts, lists
from services.documents.vault.drafts import Draft

from .drawing import draw_sheet
from .reasons import reason
from .states import rule_of
from .text import CardText, vehicle_name, write


@dataclass(frozen=True)
class Issued:
    """An ID card as it is kept; `drawn` unless the same facts had given it before."""

    account: UUID
    policy: UUID
    vehicle: str
    document: Document
    drawn: bool
    holder: Holder
    agency: AgencyDetails


def options(book: InsuredVehicles, holder: Holder) -> IdCardOptions:
    """Every vehicle of the book, with the reason where it cannot have a card."""
    items = [_option(facts, book, holder) for facts in book.items]
    return IdCardOptions(items=items, as_of=book.as_of, feed=book.feed)


async def issue(book: InsuredVehicles, policy: UUID, vehicle: str, account: UUID, transaction: Transaction) -> Issued:
    """The ID card of a vehicle in the book, drawn unless there is one from the same facts.

    Raises NotFound, IdCardRefused with its reason, or Unavailable where who it is for is not known yet.
    """
    now = datetime.now(UTC)
    facts = next((item for item in book.items if (item.policy, item.vehicle.id) == (policy, vehicle)), None)
    if facts is None:
        raise NotFound
    holder = await accounts.find(account, transaction)
    why = reason(facts, holder, book.feed)
    rule = rule_of(facts.vehicle.state)
    if why or rule is None:
        raise IdCardRefused(reason=why)
    agency = await agency_details(transaction, transaction.agency)
    if agency is None:
        raise Unavailable(retry_after=2)
    card = write(facts, rule, holder, agency, day_in(agency.time_zone, now))
    document, drawn = await _keep(_draft(card, facts, account), card, transaction)
    kept = await lists.find(document, account, transaction)
    return Issued(account, policy, vehicle, kept, drawn, holder, agency)


async def _keep(draft: Draft, card: CardText, transaction: Transaction) -> tuple[UUID, bool]:
    # one at a time for a vehicle: two presses of the button are one card
    await transaction.driver.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        f"id card {transaction.agency} {draft.policy} {draft.vehicle}",
    )
    document = await drafts.find_same(draft, transaction)
    drawn = document is None
    if document is None:
        document = await drafts.keep(draft, await asyncio.to_thread(draw_sheet, card), transaction)
    await drafts.supersede_others(draft, document, transaction)
    return document, drawn


def _draft(card: CardText, facts: InsuredVehicle, account: UUID) -> Draft:
    return Draft(
        account=account,
        kind="id_card",
        title=f"ID card: {card.vehicle}",
        file_name=_file_name(card.vehicle),
        content_type="application/pdf",
        policy=facts.policy,
        vehicle=facts.vehicle.id,
        facts_sha256=card.digest(),
        ends_on=card.expiration,
    )


def _file_name(vehicle: str) -> str:
    """A name that every file system and mail program takes."""
    plain = unicodedata.normalize("NFKD", vehicle).encode("ascii", "ignore").decode().lower()
    return "-".join(["id-card", *re.findall(r"[a-z0-9]+", plain)])[:80].rstrip("-") + ".pdf"


def _option(facts: InsuredVehicle, book: InsuredVehicles, holder: Holder) -> IdCardOption:
    why = reason(facts, holder, book.feed)
    return IdCardOption(
        policy=facts.policy,
        policy_number=facts.policy_number,
        line=facts.line,
        carrier=facts.carrier,
        vehicle=facts.vehicle.id,
        vehicle_name=vehicle_name(facts),
        state=facts.vehicle.state,
        effective=facts.effective,
        expiration=facts.expiration,
        available=why is None,
        reason=why,
    )
