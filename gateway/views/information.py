"""Information: who is signed in, and what the agency has on file of the account and its insureds."""

from datetime import datetime

from contracts.identity.contacts import GetMe, Me
from contracts.identity.information import GetOnFile, MailingAddress, PersonOnFile
from contracts.policy.freshness import FeedState, GetFreshness
from gateway.parts import Ask

from .together import together


class Information(Me):
    """Me, with the account's address, its people (the insureds, and who is signed in), and how fresh that is."""

    address: MailingAddress
    people: list[PersonOnFile]
    as_of: datetime | None
    feed: FeedState


async def compose(ask: Ask) -> Information:
    """For the person who is signed in, and the open account."""
    me, on_file, fresh = await together(ask(GetMe()), ask(GetOnFile()), ask(GetFreshness()))
    return Information(**dict(me), **dict(on_file), **dict(fresh))
