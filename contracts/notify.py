"""What notify does: one typed job per mail or text, with flat fields; it decides nothing."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from .identity.agencies import Language
from .identity.telling import Action, WebhookEnd
from .kinds import Caller, Code, Job, Model, NotFound, Request
from .portal_events import HeldKind


class SendIdentificationCode(Code, owner="notify", verb="send", enqueued_by=("identity",)):
    """Sends an identification code by e-mail or text; dropped once it has expired.

    `delivery` names this one sending, so that a redelivery does not send twice.
    """

    delivery: UUID
    channel: Literal["email", "sms"]
    contact: UUID | None = None
    to: str
    name: str
    code: str
    expires_at: datetime
    language: Language


class SendInvitation(Code, owner="notify", verb="invite", enqueued_by=("identity",)):
    """Mails a member of staff the link that works once; like a code, its `key` never rests in a table."""

    delivery: UUID
    to: str
    name: str
    invited_by: str
    key: str
    expires_at: datetime
    language: Language


class SendPasswordLink(Code, owner="notify", verb="send_password_link", enqueued_by=("identity",)):
    """Mails the link with which a contact sets a password; like a code, its `key` never rests in a table."""

    delivery: UUID
    contact: UUID | None = None
    to: str
    name: str
    user_name: str
    key: str
    expires_at: datetime
    language: Language


SignInChange = Literal["passkey-added", "passkey-removed", "password-set"]


class MailSignInChange(Job, owner="notify", enqueued_by=("identity",)):
    """Tells a contact that a way in was added, changed or removed, in case somebody else did it."""

    delivery: UUID
    contact: UUID | None = None
    to: str
    name: str
    change: SignInChange
    at: datetime
    language: Language


class MailAction(Job, owner="notify", enqueued_by=("identity",)):
    """Tells somebody what was done in the portal, as the agency wants it.

    `part` is whom the mail is for: the agency, the contact who did it or is answered, or the primary contact. `name`
    is the reader's, empty for the agency; `actor` did it; `facts` are short texts that the mail of this action names.
    """

    delivery: UUID
    to: str
    name: str
    part: Literal["agent", "customer", "primary"]
    action: Action
    account_name: str
    account_number: str
    actor: str
    at: datetime
    facts: dict[str, str]
    language: Language


StaffSignInChange = Literal["passkey-added", "passkey-removed", "authenticator-set", "authenticator-removed"]


class MailStaffSignInChange(Job, owner="notify", enqueued_by=("identity",)):
    """Tells a member of staff that a way into the console was added, changed or removed."""

    delivery: UUID
    to: str
    name: str
    change: StaffSignInChange
    at: datetime
    language: Language


class MailWebhookGivenUp(Job, owner="notify", enqueued_by=("identity",)):
    """Tells an admin that a webhook was turned off by rule, and what to do.

    Of its address only the `host`: the rest of it is often as good as a password. `why`: nothing was delivered for
    three days, or it answered that it is gone.
    """

    delivery: UUID
    to: str
    name: str
    webhook: UUID
    host: str
    why: WebhookEnd
    failing_since: datetime
    at: datetime
    language: Language


class MailRemovalHeld(Job, owner="notify", enqueued_by=("identity",)):
    """Tells an admin that a snapshot would have removed most of these kinds, so that nothing of them was removed."""

    delivery: UUID
    to: str
    name: str
    began_at: datetime
    kinds: list[HeldKind]
    at: datetime
    language: Language


class MailPortalLink(Job, owner="notify", enqueued_by=("identity",)):
    """Mails a contact the portal's address and how to sign in: with a code to `to`, or with Google. No secret."""

    delivery: UUID
    contact: UUID
    to: str
    name: str
    way: Literal["code", "google"]
    language: Language


class MailDocument(Job, owner="notify", enqueued_by=("documents",)):
    """Mails a document as an attachment; notify fetches the bytes and checks them against `sha256`.

    `contact` is whom staff send it to; empty where an insured sends it to whom it likes.
    """

    delivery: UUID
    contact: UUID | None = None
    to: str
    sender_name: str
    document: UUID
    title: str
    file_name: str
    sha256: str
    language: Language


DeliveryKind = Literal["identification_code", "password_link", "sign_in_change", "portal_link", "document", "action"]
DeliveryState = Literal["queued", "sent", "bounced", "failed", "expired", "unknown"]
DeliveryReason = Literal[
    "address_unknown",
    "mailbox_full",
    "refused",
    "address_wrong",
    "number_refused",
    "texts_off",
    "server_away",
    "document_missing",
    "too_late",
    "unanswered",
    "our_mistake",
]


class DeliveryReport(Model):
    """What became of a mail or text to a contact; never what was in it, and `sent_to` is masked.

    `sent` is taken by the recipient's mail server or by the SMS provider, `bounced` refused by it, `failed` given up
    before that; `expired` was a code whose time was over, and of `unknown` nobody has said whether it was taken.
    `reason` says why, of `queued` why not yet; `settled_at` is when that was known.
    """

    id: UUID
    kind: DeliveryKind
    channel: Literal["email", "sms"]
    sent_to: str
    state: DeliveryState
    reason: DeliveryReason | None
    made_at: datetime
    settled_at: datetime | None


class DeliveryReports(Model):
    """Mails and texts, the newest first."""

    items: list[DeliveryReport]


class ListDeliveries(
    Request[DeliveryReports],
    owner="notify",
    caller=Caller.AGENCY,
    scope="agency:admin",
    reads=True,
    refusals=(NotFound,),
):
    """What was sent to a contact lately, also as a contact of another account with the same address."""

    contact: UUID
    limit: int = Field(default=10, ge=1, le=50)
