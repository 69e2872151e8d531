"""E-mails as they travel: MIME with text and HTML side by side, in the agency's name."""

import binascii
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
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
    check_header(agency.name)
    headers = [
        _named("From", agency.name, sender),
        _plain("To", check_email(to)),
        _named("Reply-To", agency.name, check_email(agency.email)) if agency.email else b"",
        _folded("Subject", check_header(letter.subject)),
        _plain("Date", format_datetime(datetime.now(UTC))),
        _plain("Message-ID", message_id(delivery, sender)),
        _plain("Auto-Submitted", "auto-generated"),  # RFC 3834: no out-of-office answers
        _plain("X-Auto-Response-Suppress", "All"),
        _plain("Content-Language", language),
        _plain("MIME-Version", "1.0"),
    ]
    body = _multipart("alternative", _text("plain", letter.text), _text("html", letter.html))
    if attachment is not None:
        body = _multipart("mixed", body, _attached(attachment))
    return b"".join(headers) + body


def message_id(delivery: UUID, sender: str) -> str:
    """The Message-ID of a delivery."""
    return f"<{delivery.hex}@{sender.rpartition('@')[2]}>"


def _plain(name: str, value: str) -> bytes:
    """A header of short ASCII words, as they are."""
    return f"{name}: {value}\r\n".encode("ascii")


# the library's parsing and folding of headers takes longer than all the rest of a mail, and most come again and again
@lru_cache(maxsize=1024)
def _folded(name: str, value: str) -> bytes:
    """A header of any text."""
    return POLICY.fold_binary(*POLICY.header_store_parse(name, value))


@lru_cache(maxsize=1024)
def _named(header: str, name: str, address: str) -> bytes:
    """A header with an address and whose it is."""
    return _folded(header, str(Address(name, addr_spec=address)))


def _text(subtype: str, text: str) -> bytes:
    """A part of text; no line is longer than 76 letters, none needs more than seven bits."""
    lines = b"".join(line + b"\r\n" for line in text.encode().splitlines())
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(lines, istext=True)


def _multipart(subtype: str, *parts: bytes) -> bytes:
    """Several parts in one."""
    boundary = f"=_{secrets.token_hex(16)}".encode()  # neither quoted-printable nor base64 ever has such a line
    head = b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n\r\n' % (subtype.encode(), boundary)
    return head + b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts) + b"--%b--\r\n" % boundary


def _attached(attachment: Attachment) -> bytes:
    name = check_header(attachment.name)
    if not name or "/" in name or "\\" in name:
        raise BadAddress("not a file name")
    found = MIME_TYPE.fullmatch(attachment.content_type)
    main, sub = found.groups() if found else ("application", "octet-stream")
    part = EmailMessage(POLICY)
    part.set_content(attachment.content, maintype=main, subtype=sub, disposition="attachment", filename=name)
    return part.as_bytes()
