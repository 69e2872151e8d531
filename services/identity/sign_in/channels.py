"""Channels: the ways in which an identification code can reach the people behind one address."""

import json
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.identity.agencies import Language
from contracts.identity.sign_in import Channel
from kit.database import Transaction
from kit.ids import new_id
from kit.masking import mask_email, mask_phone
from services.identity import agencies
from services.identity.people.contacts import Entrant

from . import texts


@dataclass(frozen=True)
class Way:
    """A channel and whose it is; for an address that nobody has, nobody's."""

    id: UUID
    kind: Literal["email", "sms"]
    contact: UUID | None


def by_email(entrants: list[Entrant]) -> Way:
    """The primary e-mail; of nobody where there is nobody."""
    return Way(new_id(), "email", entrants[0].id if entrants else None)


async def of(entrants: list[Entrant], tx: Transaction) -> list[Way]:
    """E-mail first, then each distinct mobile number once, where the agency's insureds may have texts now."""
    ways = [by_email(entrants)]
    numbers = {entrant.mobile: entrant for entrant in reversed(entrants) if texts.may_receive(entrant.mobile)}
    if numbers and await texts.are_on(tx):
        ways += [Way(new_id(), "sms", entrant.id) for entrant in entrants if numbers.get(entrant.mobile) is entrant]
    return ways


def shown(way: Way, entrants: list[Entrant], email: str) -> Channel:
    """The channel as a stranger may see it; `email` is the address as it was typed, for nobody's."""
    return Channel(id=way.id, kind=way.kind, masked=masked(way, entrants, email))


def masked(way: Way, entrants: list[Entrant], email: str) -> str:
    """What a stranger may see of where a code goes."""
    entrant = owner(way, entrants)
    if way.kind == "sms" and entrant is not None:
        return mask_phone(entrant.mobile)
    return mask_email(email)


def owner(way: Way, entrants: list[Entrant]) -> Entrant | None:
    """Whose channel it is, while that one still has access."""
    return next((entrant for entrant in entrants if entrant.id == way.contact), None)


def written(ways: list[Way]) -> str:
    """Ways as they rest with a sign-in."""
    return json.dumps(
        [{"id": str(w.id), "kind": w.kind, "contact": str(w.contact) if w.contact else None} for w in ways]
    )


def read(text: str) -> list[Way]:
    """The ways of a sign-in."""
    return [
        Way(UUID(one["id"]), one["kind"], UUID(one["contact"]) if one["contact"] else None) for one in json.loads(text)
    ]


async def language_of(entrant: Entrant | None, tx: Transaction) -> Language:
    """In which language a code is sent: the person's, else the agency's."""
    return (entrant.language if entrant else None) or (await agencies.current(tx)).default_language
