"""ID cards: for which vehicles there can be one today, and making it; the same facts give the same card again."""

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.documents.id_cards import IdCardOption, IdCardOptions, IdCardRefused
from contracts.documents.vault import Document
from contracts.identity.agencies import AgencyDetails
from contracts.kinds import NotFound, Unavailable
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles
from kit.agencies import agency_details
from kit.bus import Call
from kit.database import Transaction
from services.documents import accounts
from services.documents.accounts import Holder
from services.documents.agency_days import day_in
from services.documents.vault import drafts, lists
from services.documents.vault.drafts import Draft

from . import vins
from .drawing import draw_sheet
from .reasons import STALE, reason
from .states import rule_of
from .text import CardText, vehicle_name, write


@dataclass(frozen=True)
class Prepared:
    """An ID card that can be kept; `content` is empty where there is one from the same facts, which stays for good."""

    draft: Draft
    content: bytes
    holder: Holder
    agency: AgencyDetails


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


async def options(book: InsuredVehicles, account: UUID, call: Call) -> IdCardOptions:
    """The vehicles of the book, each with the reason where it cannot have a card.

    Where the data is too old for new cards, each comes with the card that it has. Raises as accounts.find() does.
    """
    made: Mapping[lists.Vehicle, Document] = {}
    async with call.transaction() as tx:
        holder = await accounts.find(account, tx)
        if book.feed in STALE:
            made = await lists.cards_of([(one.policy, one.vehicle.id) for one in book.items], account, tx)
    items = [_option(facts, book, holder, made) for facts in book.items]
    return IdCardOptions(items=items, as_of=book.as_of, feed=book.feed, total=book.total, cursor=book.cursor)


async def prepare(book: InsuredVehicles, policy: UUID, vehicle: str, account: UUID, call: Call) -> Prepared:
    """The ID card of a vehicle in the book, drawn unless there is one from the same facts.

    Nothing of the database is held while it is drawn: it takes a processor for a while. Raises NotFound,
    IdCardRefused with its reason, or Unavailable where who it is for is not known yet.
    """
    facts = next((item for item in book.items if (item.policy, item.vehicle.id) == (policy, vehicle)), None)
    if facts is None:
        raise NotFound
    async with call.transaction() as tx:
        holder = await accounts.find(account, tx)
        why = reason(facts, holder, book.feed)
        rule = rule_of(facts.vehicle.state)
        if why or rule is None:
            raise IdCardRefused(reason=why)
        agency = await agency_details(tx, tx.agency)
        if agency is None:
            raise Unavailable(retry_after=2)
        card = write(facts, rule, holder, agency, day_in(agency.time_zone, datetime.now(UTC)))
        draft = _draft(card, facts, account, book.as_of)
        there = await drafts.find_same(draft, tx)
    content = b"" if there else await asyncio.to_thread(draw_sheet, card)
    return Prepared(draft, content, holder, agency)


async def keep(card: Prepared, tx: Transaction) -> Issued:
    """Keeps it as the card of its vehicle that holds, unless the same facts have given one meanwhile."""
    draft = card.draft
    # one at a time for a vehicle: two presses of the button are one card
    await tx.driver.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"id card {tx.agency} {draft.policy} {draft.vehicle}"
    )
    document = await drafts.find_same(draft, tx)
    drawn = document is None
    if document is None:
        document = await drafts.keep(draft, card.content, tx)
    else:
        await drafts.confirm(draft, document, tx)
    await drafts.supersede_others(draft, document, tx)
    kept = await lists.find(document, draft.account, tx)
    return Issued(draft.account, draft.policy, draft.vehicle, kept, drawn, card.holder, card.agency)


def _draft(card: CardText, facts: InsuredVehicle, account: UUID, as_of: datetime | None) -> Draft:
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
        as_of=as_of,
    )


def _file_name(vehicle: str) -> str:
    """A name that every file system and mail program takes."""
    plain = unicodedata.normalize("NFKD", vehicle).encode("ascii", "ignore").decode().lower()
    return "-".join(["id-card", *re.findall(r"[a-z0-9]+", plain)])[:80].rstrip("-") + ".pdf"


def _option(
    facts: InsuredVehicle, book: InsuredVehicles, holder: Holder, made: Mapping[lists.Vehicle, Document]
) -> IdCardOption:
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
        made=made.get((facts.policy, facts.vehicle.id)) if why == "stale_data" else None,
        vin_end=vins.normalize(facts.vehicle.vin)[-6:],
    )
