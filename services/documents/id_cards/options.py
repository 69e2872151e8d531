"""For which vehicles there can be an ID card today, and why not for the others."""

from collections.abc import Mapping
from uuid import UUID

from contracts.documents.id_cards import IdCardOption, IdCardOptions
from contracts.documents.vault import Document
from contracts.policy.vehicles import InsuredVehicle, InsuredVehicles
from kit.bus import Call
from services.documents import accounts
from services.documents.accounts import Holder
from services.documents.vault import lists

from . import vins
from .reasons import STALE, reason
from .text import vehicle_name


async def in_book(book: InsuredVehicles, account: UUID, call: Call) -> IdCardOptions:
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
