"""Who is told: what the agency, its clients and its staff hear of what is done in the portal."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.kinds import Job, Model
from contracts.portal_events import HeldKind

Mailbox = Annotated[str, Field(max_length=254, pattern=r"^([^@\s\x00<>\",;:]+@[^@\s\x00<>\",;:]+)?$")]


class Action(StrEnum):
    """What an agency decides about, who is told of it; `What` has the same values for the activity log."""

    REQUEST_MADE = "request-made"
    REQUEST_ANSWERED = "request-answered"  # by the agency
    REQUEST_REPLIED = "request-replied"  # by the insured
    CONTACT_CORRECTION_ASKED = "contact-correction-asked"
    CERTIFICATE_HOLDER_ADDED = "certificate-holder-added"


class Told(Model):
    """Who is told of one action.

    `agent_email` is a mail to the agency, `customer_email` to the contact who did it or whom it answers,
    `primary_email` to the primary contact where that is somebody else; `task` opens a task for staff.
    """

    agent_email: bool
    customer_email: bool
    primary_email: bool
    task: bool


class WhoIsTold(Model):
    """Who is told of what; everything is in the activity log anyway.

    `address` is where mails to the agency go, its own e-mail address where it is empty. Fields are the values of
    Action with underscores.
    """

    address: Mailbox = ""
    # requests have an inbox of their own: a task beside it would say the same twice
    request_made: Told = Told(agent_email=True, customer_email=True, primary_email=True, task=False)
    request_answered: Told = Told(agent_email=False, customer_email=True, primary_email=True, task=False)
    request_replied: Told = Told(agent_email=True, customer_email=False, primary_email=False, task=False)
    # of a wish to change a name or an address the household's first contact always hears: it may not be a contact's own
    contact_correction_asked: Told = Told(agent_email=True, customer_email=True, primary_email=True, task=True)
    # the page shows what waits, so no mail; the task, for agencies whose system does not hear it, ends when it confirms
    certificate_holder_added: Told = Told(agent_email=False, customer_email=False, primary_email=False, task=True)

    def of(self, action: Action) -> Told:
        """Who is told of an action."""
        told: Told = getattr(self, action.value.replace("-", "_"))
        return told


class ToldChange(Model):
    """What to change of Told; what is left out stays."""

    agent_email: bool | None = None
    customer_email: bool | None = None
    primary_email: bool | None = None
    task: bool | None = None


class WhoIsToldChange(Model):
    """What to change of WhoIsTold; what is left out stays."""

    address: Mailbox | None = None
    request_made: ToldChange | None = None
    request_answered: ToldChange | None = None
    request_replied: ToldChange | None = None
    contact_correction_asked: ToldChange | None = None
    certificate_holder_added: ToldChange | None = None


WebhookEnd = Literal["dead", "gone"]  # nothing was delivered for three days, or it answered that it is gone


class TellWebhookGivenUp(Job, owner="identity", enqueued_by=("policy",)):
    """Mails every admin of the agency that a webhook was turned off by rule; `id` makes a repeat known.

    No setting turns that off: until somebody acts, the agency's own system hears nothing.
    """

    id: UUID
    webhook: UUID
    host: str
    why: WebhookEnd
    failing_since: datetime
    at: datetime


class TellRemovalHeld(Job, owner="identity", enqueued_by=("documents", "policy")):
    """Mails every admin of the agency that a snapshot's removal of most of these kinds is held back.

    `snapshot` is the AMS's id of it, `began_at` when its start was stored: services that say the same of one snapshot
    cause one mail. No setting turns that off: until somebody decides, the portal shows what may be gone.
    """

    snapshot: str
    began_at: datetime
    kinds: list[HeldKind]
    at: datetime


class TellPeople(Job, owner="identity", enqueued_by=("policy",)):
    """Mails about an action to those whom the agency wants told: identity knows their addresses.

    `id` makes a repeat known. `contact` did it or is answered by it; `doer` is who did it where `by` is not the
    contact. `facts` are short texts for the mail of this action, never a secret.
    """

    id: UUID
    action: Action
    account: UUID
    contact: UUID | None
    by: Literal["contact", "staff", "system", "ams", "portal"] = "contact"
    doer: UUID | None = None
    at: datetime
    facts: dict[str, str] = {}
