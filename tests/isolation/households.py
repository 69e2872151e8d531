"""Households of two agencies whose every text holds one word of their own, so that a leak shows in any answer."""

import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pypdf

from kit.ids import new_id
from ops.demo.vins import vin
from tests.journeys.household import LIABILITY

Facts = dict[str, Any]


@dataclass
class Household:
    """An account with its primary contact and an auto policy; ids are those that the services gave."""

    agency: str
    word: str  # in every text that belongs to it, and in no other
    number: int
    agency_id: UUID = field(default_factory=new_id)
    account: UUID = field(default_factory=new_id)
    contact: UUID = field(default_factory=new_id)
    policy: UUID = field(default_factory=new_id)
    document: UUID = field(default_factory=new_id)
    session: UUID = field(default_factory=new_id)
    token: str = ""
    sign_in: str = ""
    things: dict[str, Any] = field(default_factory=lambda: defaultdict(new_id))  # what else is its own, by name
    swapped: dict[str, Any] = field(default_factory=dict)  # single ids that are somebody else's

    @property
    def email(self) -> str:
        return f"pat.{self.word}@example.com"

    @property
    def mobile(self) -> str:
        return f"+1512555{self.number:04d}"

    @property
    def vehicle(self) -> str:
        return f"vehicle-{self.number}"

    @property
    def vin(self) -> str:
        return vin(2021, self.number)

    def canaries(self) -> set[str]:
        """What must be in no answer to anybody else, in lower case."""
        ids = (self.account, self.contact, self.policy, self.document, self.session, *self.things.values())
        texts = {str(one).lower() for one in ids} | {one.hex for one in ids if isinstance(one, UUID)}
        return {self.word, self.vin.lower(), self.mobile[2:]} | texts

    def events(self) -> list[tuple[str, str, Facts]]:
        """Kind, the AMS's id, and data of what the agency's system tells."""
        word = self.word
        today = date.today()  # noqa: DTZ011 - terms are far from their ends
        account = {
            "name": f"{word} household",
            "number": f"number-{self.number}",
            "street": f"12 {word} Lane",
            "city": f"{word}ville",
            "state": "TX",
            "postal_code": "78702",
        }
        contact = {
            "account": f"a-{word}",
            "role": "primary",
            "first_name": "Pat",
            "last_name": word,
            "email": self.email,
            "mobile": self.mobile,
        }
        policy = {
            "account": f"a-{word}",
            "carrier": "carrier",
            "number": f"{word}-4471",
            "line": "AUTOP",
            "status": "Active",
            "effective": str(today - timedelta(days=40)),
            "expiration": str(today + timedelta(days=140)),
            "state": "TX",
            "description": f"{word} auto",
            "premium": "812.00",
            "named_insureds": [f"Pat {word}"],
            "coverages": LIABILITY,
            "drivers": [{"name": f"Driver {word}", "excluded": True}],
            "vehicles": [
                {"id": self.vehicle, "year": 2021, "make": "Subaru", "model": word, "vin": self.vin, "state": "TX"}
            ],
        }
        return [
            ("account", f"a-{word}", account),
            ("contact", f"c-{word}", contact),
            ("policy", f"p-{word}", policy),
        ]


def text_of(body: bytes, content_type: str = "") -> str:
    """What an answer says, in lower case; a PDF's text is taken out of it."""
    if content_type.startswith("application/pdf") and body.startswith(b"%PDF"):
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).lower()
    return body.decode("utf-8", "replace").lower()
