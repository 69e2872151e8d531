"""Making an ID card: drawn with nothing held, kept only while its facts are still so; the same facts, the same card."""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.documents.id_cards import IdCardRefused
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

from .drawing import draw_sheet
from .reasons import reason
from .states import rule_of
from .text import CardText, write

TURNS = 3  # of drawing, where the facts change each time


@dataclass(frozen=True)
class Wanted:
    """The vehicle of an account for which a card is wanted; `look` asks policy for its facts, each time anew."""

    policy: UUID
    vehicle: str
    account: UUID
    look: Callable[[], Awaitable[InsuredVehicles]]


@dataclass(frozen=True)
class Judged:
    """The card that a vehicle may have now; `there` is the one that the same words gave before."""

    words: CardText
    draft: Draft
    there: UUID | None
    holder: Holder
    agency: AgencyDetails


@dataclass(frozen=True)
class Issued:
    """An ID card as it is kept; `drawn` unless the same facts had given it before."""

    account: UUID
    policy: UUID
    policy_number: str
    vehicle: str
    document: Document
    drawn: bool
    holder: Holder
    agency: AgencyDetails


@asynccontextmanager
async def issuing(wanted: Wanted, call: Call) -> AsyncIterator[tuple[Issued, Transaction]]:
    """The card of a vehicle, and the transaction in which it is kept as the one that holds, for the block to end.

    A card is drawn while nothing of the database is held, since that takes a processor for a while. Its facts are
    looked at again before it is kept, where one vehicle's cards come one after another: who comes later has looked
    later, so that no card from older facts takes the place of a newer one. Where they have changed it is drawn again.
    Raises NotFound, IdCardRefused with its reason, or Unavailable where who it is for is not known yet or where the
    facts changed at each of the TURNS.
    """
    book = await wanted.look()
    async with call.transaction() as tx:
        card = await _judge(book, wanted, tx)
    for _ in range(TURNS):
        words = card.words
        content = b"" if card.there else await asyncio.to_thread(draw_sheet, words)
        async with call.transaction() as tx:
            await _take_turn(wanted, tx)
            card = await _judge(await wanted.look(), wanted, tx)
            if card.there or (content and card.words == words):
                yield await _keep(card, content, tx), tx
                return
    raise Unavailable(retry_after=2)


async def _take_turn(wanted: Wanted, tx: Transaction) -> None:
    """Waits until nobody else is keeping a card of this vehicle: two presses of the button are one card."""
    await tx.driver.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"id card {tx.agency} {wanted.policy} {wanted.vehicle}"
    )


async def _judge(book: InsuredVehicles, wanted: Wanted, tx: Transaction) -> Judged:
    """The card that these facts give today; raises as issuing() does."""
    key = (wanted.policy, wanted.vehicle)
    facts = next((item for item in book.items if (item.policy, item.vehicle.id) == key), None)
    if facts is None:
        raise NotFound
    holder = await accounts.find(wanted.account, tx)
    why = reason(facts, holder, book.feed)
    rule = rule_of(facts.vehicle.state)
    if why or rule is None:
        raise IdCardRefused(reason=why)
    agency = await agency_details(tx, tx.agency)
    if agency is None:
        raise Unavailable(retry_after=2)
    words = write(facts, rule, holder, agency, day_in(agency.time_zone, datetime.now(UTC)))
    draft = _draft(words, facts, wanted.account, book.as_of)
    return Judged(words, draft, await drafts.find_same(draft, tx), holder, agency)


async def _keep(card: Judged, content: bytes, tx: Transaction) -> Issued:
    """Keeps it as the card of its vehicle that holds."""
    draft, document = card.draft, card.there
    if document is None:
        document = await drafts.keep(draft, content, tx)
    else:
        await drafts.confirm(draft, document, tx)
    await drafts.supersede_others(draft, document, tx)
    kept = await lists.find(document, draft.account, tx)
    return Issued(
        account=draft.account,
        policy=draft.policy,
        policy_number=card.words.policy_number,
        vehicle=draft.vehicle,
        document=kept,
        drawn=card.there is None,
        holder=card.holder,
        agency=card.agency,
    )


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
