"""What notify does: one typed job per mail or text, with flat fields; it decides nothing."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from .identity.agencies import Language
from .kinds import Code, Job


class SendIdentificationCode(Code, owner="notify", verb="send", enqueued_by=("identity",)):
    """Sends an identification code by e-mail or text; dropped once it has expired.

    `delivery` names this one sending, so that a redelivery does not send twice.
    """

    delivery: UUID
    channel: Literal["email", "sms"]
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
    to: str
    name: str
    change: SignInChange
    at: datetime
    language: Language


class MailDocument(Job, owner="notify", enqueued_by=("documents",)):
    """Mails a document as an attachment; notify fetches the bytes and checks them against `sha256`."""

    delivery: UUID
    to: str
    sender_name: str
    document: UUID
    title: str
    file_name: str
    sha256: str
    language: Language
