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
