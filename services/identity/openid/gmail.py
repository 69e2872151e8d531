"""Gmail addresses: whose sign-in Google has a word in, by the agency's setting."""

from typing import Literal

from kit.agencies import agency_details
from kit.database import Transaction

DOMAINS = ("@gmail.com", "@googlemail.com")


def is_gmail(email: str) -> bool:
    """Whether Google itself keeps the mailbox of this address, so that its word about it can be taken."""
    return email.strip().lower().endswith(DOMAINS)


async def way_of(email: str, tx: Transaction) -> Literal["code", "google", "google-or-code"]:
    """How the person behind an address comes in: by code unless it is Gmail and the agency has a Google client."""
    if not is_gmail(email):
        return "code"
    details = await agency_details(tx, tx.agency)
    return details.sign_in.gmail if details is not None and details.google else "code"
