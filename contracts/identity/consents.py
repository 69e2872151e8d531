"""Consents: what a person agreed to be sent, with the version of the text that was agreed to."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from contracts.kinds import Caller, Model, Refusal, Request

from .agencies import Language


class ConsentKind(StrEnum):
    """What can be agreed to: service messages by text (no marketing), documents electronically instead of on paper."""

    SMS = "sms"
    E_DELIVERY = "e-delivery"


# a text that changes gets a new version; the texts themselves are the gateway's (gateway/consents.py)
TEXTS: dict[ConsentKind, str] = {ConsentKind.SMS: "2026-11", ConsentKind.E_DELIVERY: "2026-11"}


class ConsentTextChanged(Refusal):
    """The text was another one when the person read it; facts: `version`, the present one."""

    code, status = "consent_text_changed", 409
    title = "This text has changed meanwhile. Please read it again."


class NoMobileNumber(Refusal):
    """Text messages cannot be agreed to without a mobile number on file."""

    code, status = "no_mobile_number", 409
    title = "There is no mobile number on file for you. Please ask your agency to add it."


class TooManyChanges(Refusal):
    """Consents were changed too often today; facts: `retry_after` in seconds."""

    code, status = "too_many_changes", 429
    title = "This was changed too often today. Please try again tomorrow."


class Consent(Model):
    """What a person said about one kind; `address` is the number or e-mail address that it is about.

    `version` is that of the present text, `agreed_version` that of the text which was answered last. A consent ends
    by itself when the address on file becomes another one.
    """

    kind: ConsentKind
    given: bool
    address: str
    version: str
    agreed_version: str = ""
    changed_at: datetime | None = None


class Consents(Model):
    """One of each kind."""

    items: list[Consent]


class GetConsents(Request[Consents], owner="identity", caller=Caller.INSURED, reads=True):
    """What the signed-in person has agreed to."""


class ChangeConsent(
    Request[Consents],
    owner="identity",
    caller=Caller.INSURED,
    refusals=(ConsentTextChanged, NoMobileNumber, TooManyChanges),
):
    """Gives or withdraws a consent; `version` and `language` are those of the text that the person has read."""

    consent: ConsentKind
    given: bool
    version: str = Field(max_length=20)
    language: Language = "en"
