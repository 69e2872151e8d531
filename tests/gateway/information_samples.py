"""What is on file of the Rivera household, as Pat sees it and as its bookkeeper does."""

from typing import Any
from uuid import UUID

from contracts.identity.contacts import Person
from contracts.identity.information import MailingAddress, OnFile, PersonOnFile
from contracts.policy.freshness import Freshness
from gateway.views.information import Information

from .portal_samples import NOW, me

FRESH = Freshness(as_of=NOW, feed="fresh")
ADDRESS = MailingAddress(street="12 Sample Lane", city="Austin", state="TX", postal_code="78701")
JORDAN: dict[str, Any] = {"id": UUID(int=4), "name": "Jordan Rivera", "role": "second"}
BOOKKEEPER = Person(id=UUID(int=5), name="Lou Bell", role="additional", email="lou@example.com", mobile=None)


def on_file() -> OnFile:
    """Pat, and Jordan as the second insured."""
    jordan = PersonOnFile(**JORDAN, email="jordan@example.com", mobile=None, phone="512-555-0143 ext. 9")
    return OnFile(address=ADDRESS, people=[PersonOnFile(**dict(me().contact), phone=None), jordan])


def information(**changes: Any) -> Information:
    """Pat's."""
    return Information(**dict(me(**changes)), **dict(on_file()), **dict(FRESH))


def of_bookkeeper() -> Information:
    """Of the insureds the names alone."""
    insureds = [PersonOnFile(**dict(one) | dict.fromkeys(("email", "mobile", "phone"))) for one in on_file().people]
    own = PersonOnFile(**dict(BOOKKEEPER), phone=None)
    return Information(**dict(me(contact=BOOKKEEPER)), address=ADDRESS, people=[*insureds, own], **dict(FRESH))
