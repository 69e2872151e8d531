"""Messages that were caught: what the mailbox shows of a mail or a text."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Caught:
    """A mail (`raw` as SMTP brought it) or a text (`text`).

    `number` counts what was caught, `at` is RFC 3339 in UTC, `to` the envelope's.
    """

    id: str
    number: int
    at: str
    kind: str
    to: str
    text: str = ""
    raw: bytes = b""
    idempotency: str = ""


def read(raw: bytes) -> EmailMessage:
    """The mail in a message's bytes."""
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def attachments(mail: EmailMessage) -> list[Attachment]:
    """The files in a mail, in its order."""
    return [
        Attachment(
            part.get_filename() or "unnamed",
            part.get_content_type(),
            part.get_payload(decode=True) or b"",  # type: ignore[arg-type]
        )
        for part in mail.iter_attachments()
    ]


def body(mail: EmailMessage, subtype: str) -> str:
    """The mail's words as `plain` or `html`; empty where it has none."""
    part = mail.get_body((subtype,))
    if part is None:
        return ""
    try:
        words = str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows: shown as well as can be
        words = part.get_payload(decode=True).decode("utf-8", "replace")  # type: ignore[union-attr]
    return words.replace("\r\n", "\n")


def entry(caught: Caught) -> dict[str, Any]:
    """The message as /mailbox.json lists it; addresses of attachments are the gateway's."""
    shown: dict[str, Any] = {"id": caught.id, "at": caught.at, "kind": caught.kind, "to": caught.to}
    if caught.kind == "sms":
        return {**shown, "subject": "", "text": caught.text, "html": "", "attachments": []}
    mail = read(caught.raw)
    return {
        **shown,
        "subject": str(mail["Subject"] or ""),
        "text": body(mail, "plain"),
        "html": body(mail, "html"),
        "attachments": [
            {
                "name": file.name,
                "type": file.type,
                "size": len(file.content),
                "url": f"/dev/mailbox/{caught.id}/attachments/{number}",
            }
            for number, file in enumerate(attachments(mail))
        ],
    }
