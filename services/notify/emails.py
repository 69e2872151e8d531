"""E-mails as they travel: MIME with text and HTML side by side, in the agency's name."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from uuid import UUID

from contracts.identity.agencies import AgencyDetails, Language

from .addresses import BadAddress, check_email, check_header
from .wording import Letter

POLICY = SMTP.clone(cte_type="7bit")  # servers without 8BITMIME take it too
MIME_TYPE = re.compile(r"([a-z]+)/([a-z0-9][a-z0-9.+-]*)")


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; `content_type` as documents names it."""

    name: str
    content_type: str
    content: bytes


def compose(
    letter: Letter,
    *,
    delivery: UUID,
    agency: AgencyDetails,
    sender: str,
    to: str,
    language: Language,
    attachment: Attachment | None = None,
) -> bytes:
    """The message's bytes; its Message-ID is the delivery's, so that a second copy is known as one.

    Raises BadAddress where an address is none or a name would begin another header.
    """
    mail = EmailMessage(POLICY)
    mail["From"] = Address(check_header(agency.name), addr_spec=sender)
    mail["To"] = Address(addr_spec=check_email(to))
    if agency.email:
        mail["Reply-To"] = Address(check_header(agency.name), addr_spec=check_email(agency.email))
    mail["Subject"] = check_header(letter.subject)
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = message_id(delivery, sender)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    if attachment is not None:
        _attach(mail, attachment)
    mail["Content-Language"] = language  # last: whoever adds parts moves Content-… into the first of them
    return mail.as_bytes()


def message_id(delivery: UUID, sender: str) -> str:
    """The Message-ID of a delivery."""
    return f"<{delivery.hex}@{sender.rpartition('@')[2]}>"


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    name = check_header(attachment.name)
    if not name or "/" in name or "\\" in name:
        raise BadAddress("not a file name")
    found = MIME_TYPE.fullmatch(attachment.content_type)
    main, sub = found.groups() if found else ("application", "octet-stream")
    mail.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
