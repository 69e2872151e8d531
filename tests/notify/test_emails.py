"""Mails as bytes: for any words the same message as the library makes in its own way, in seven bits."""

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.identity.agencies import AgencyDetails
from services.notify.addresses import CONTROLS, BadAddress
from services.notify.emails import Attachment, compose
from services.notify.wording import Letter

SENDER, TO = "portal@portal.example", "pat@example.com"
READ = ("From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress")
READ += ("Content-Language", "MIME-Version")
PDF = Attachment("Versicherung für 100 €.pdf", "application/pdf", bytes(range(256)) * 9)
line = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)
body = st.lists(line.map(lambda text: re.sub(r"[\r\n]", "", text)), min_size=1, max_size=6).map("\n".join)
title = line.map(lambda text: " ".join(CONTROLS.sub(" ", text).split())).filter(lambda text: "=?" not in text)


def agency(name: str = "Oak Hill Insurance") -> AgencyDetails:
    oakhill = AgencyDetails(slug="oakhill", name="Oak Hill", phone="512-555-0100", email="agent@oakhill.example")
    return oakhill.model_copy(update={"name": name})


def composed(letter: Letter, attachment: Attachment | None = None, name: str = "Oak Hill Insurance") -> bytes:
    return compose(
        letter, delivery=uuid4(), agency=agency(name), sender=SENDER, to=TO, language="es", attachment=attachment
    )


def by_the_library(letter: Letter, name: str) -> EmailMessage:
    mail = EmailMessage(SMTP.clone(cte_type="7bit"))
    mail["From"] = Address(name, addr_spec=SENDER)
    mail["To"] = Address(addr_spec=TO)
    mail["Reply-To"] = Address(name, addr_spec="agent@oakhill.example")
    mail["Subject"] = letter.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    mail["Content-Language"] = "es"
    return read(mail.as_bytes())


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def parts(mail: EmailMessage) -> list[tuple[str, str]]:
    return [(part.get_content_type(), part.get_content()) for part in mail.iter_parts()]


@settings(max_examples=60, deadline=None)
@given(title, title.filter(bool), body, body)
@example("Código válido hasta las 3:42 p.m.", 'Seguros Peña, "S.A." (Austin)', ".\n..\nFrom me \n-- \n\tñ", "<p>é</p>")
@example("x" * 300, "ß" * 60, "a" * 2000, "=" * 200)
def test_a_mail_says_what_the_library_would_say(subject: str, name: str, text: str, html: str) -> None:
    letter = Letter(subject, text + "\n", f"<p>\n{html}")
    raw = composed(letter, name=name)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 320  # a word of a header may be long, a line of text never is
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    mail, slow = read(raw), by_the_library(letter, name)
    assert [mail[one] for one in READ if one != "Message-ID"] == [slow[one] for one in READ if one != "Message-ID"]
    assert parts(mail) == parts(slow)
    assert not [*mail.defects, *(defect for part in mail.walk() for defect in part.defects)]


def test_an_attachment_arrives_byte_by_byte_beside_the_text() -> None:
    mail = read(composed(Letter("Your document", "See the file.\n", "<p>See the file.</p>"), PDF))
    words, file = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert words.get_content_type() == "multipart/alternative"
    assert [one.get_content() for one in words.iter_parts()] == ["See the file.\r\n", "<p>See the file.</p>\r\n"]
    assert (file.get_filename(), file.get_content_type()) == (PDF.name, PDF.content_type)
    assert file.get_content_disposition() == "attachment"
    assert file.get_content() == PDF.content


@pytest.mark.parametrize("bad", ["Pat\r\nBcc: all@example.com", "Pat\nX: y", "Pat\x85X", "Pat\u2028X", "\0"])
def test_nothing_begins_another_header(bad: str) -> None:
    with pytest.raises(BadAddress):
        composed(Letter(bad, "text\n", "html"))
    with pytest.raises(BadAddress):
        composed(Letter("Subject", "text\n", "html"), name=bad)
    with pytest.raises(BadAddress):
        composed(Letter("Subject", "text\n", "html"), Attachment(bad, "text/plain", b""))
