"""Mails say the same in text and HTML, in both languages, in our words, and show no code on a locked screen."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from contracts import ams
from contracts.identity.agencies import Language
from contracts.identity.telling import WebhookEnd
from contracts.notify import MailSignInChange
from services.notify.wording import TEMPLATES, Wording, place, readable_on

from .conftest import details
from .mail_facts import FACTS, OF_REQUESTS, REQUEST

LANGUAGES: tuple[Language, ...] = ("en", "es")
EVERY = [(mail, language) for mail in FACTS for language in LANGUAGES]
NOT_OUR_WORDS = re.compile(r"\b(otp|pin|token|passcode|one-time|verification code|código de verificación)\b", re.I)
PASSWORD = re.compile(r"\b(contraseña|password)\b", re.I)  # only where it is the person's own
VOID = {"meta", "br", "img", "hr", "link"}


class Page(HTMLParser):
    """What a mail program makes of the HTML: links, visible words, and tags that were never closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.hidden = ""
        self._hidden_at = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given["href"] or "")
        assert tag not in ("script", "form", "iframe", "img"), "mail programs strip it, or it tells who reads"
        if tag not in VOID:
            self.open.append(tag)
            if "display:none" in (given.get("style") or ""):
                self._hidden_at = len(self.open)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if len(self.open) < self._hidden_at:
            self._hidden_at = 0

    def handle_data(self, data: str) -> None:
        if self._hidden_at:
            self.hidden += data
        elif not {"style", "title"} & set(self.open):
            self.words += data.split()


def sentences(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip() and line.strip() != "--"]
    return [re.sub(r"^\d\. ", "", line) for line in lines]  # HTML numbers its lists by itself


def test_every_mail_and_text_is_there_in_every_language() -> None:
    mails = {folder.name for folder in TEMPLATES.iterdir()} - {"layout", "texts"}
    assert mails == set(FACTS)
    for mail, language in EVERY:
        assert {file.name for file in (TEMPLATES / mail / language).iterdir()} == {
            "subject.txt",
            "body.txt",
            "body.html",
        }
    for text in (TEMPLATES / "texts").iterdir():
        assert {Path(file).stem for file in text.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize(("mail", "language"), EVERY)
def test_text_and_html_say_the_same(mail: str, language: Language) -> None:
    agency = details(name="Rain & Shine <Insurance>", hours="Mon-Fri 8-5")
    letter = Wording("https://portal.example.com").letter(mail, language, agency, **FACTS[mail])
    page = Page(letter.html)
    assert page.open == []
    shown = re.sub(r"\s+([.,:?])", r"\1", " ".join(page.words))
    for sentence in sentences(letter.text):
        if not sentence.startswith("https://"):  # in HTML an address hides behind words
            assert sentence.split(" https://")[0].rstrip(":") in shown
    for fact in (agency.name, agency.phone, agency.email, place(agency), agency.hours):
        assert fact in shown
        assert fact in letter.text
    assert f'lang="{language}"' in letter.html
    assert agency.brand_color in letter.html
    assert "<Insurance>" not in letter.html


@pytest.mark.parametrize(("mail", "language"), EVERY)
def test_mails_use_our_words_and_safe_links(mail: str, language: Language) -> None:
    letter = Wording("https://portal.example.com").letter(mail, language, details(slug="demo"), **FACTS[mail])
    page = Page(letter.html)
    said = f"{letter.subject} {letter.text} {' '.join(page.words)} {page.hidden}"
    assert not NOT_OUR_WORDS.search(said)
    assert bool(PASSWORD.search(said)) == (mail in ("password_link", "portal_link", "sign_in_change"))
    assert all(re.match(r"(https://|mailto:|tel:)\S+$", link) for link in page.links)
    assert "tel:512555-0140" in page.links
    own = "https://portal.example.com/demo/"
    address = {
        "document": own,
        "portal_link": own,
        **dict.fromkeys(OF_REQUESTS, f"{own}requests/{REQUEST['about']}"),
        "invitation": f"{own}console/invitation?key=a-key-that-works-once",
        "password_link": f"{own}set-password?key=a-key-that-works-once",
        "removal_held": f"{own}console/sync/held",
        "webhook_given_up": f"{own}console/webhooks/{REQUEST['about']}",
    }.get(mail)
    assert [link for link in page.links if link.startswith(own)] == ([address] if address else [])
    assert (own in letter.text) == bool(address) and (address or "") in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_of_a_way_in_has_words_of_its_own(language: Language) -> None:
    wording, facts = Wording("https://portal.example.com"), FACTS["sign_in_change"]
    changes = get_args(MailSignInChange.model_fields["change"].annotation)
    letters = [wording.letter("sign_in_change", language, details(), **facts | {"change": one}) for one in changes]
    assert len({letter.text for letter in letters}) == len(changes) > 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_webhook_that_is_gone_and_one_that_is_dead_have_words_of_their_own(language: Language) -> None:
    wording, facts = Wording("https://portal.example.com"), FACTS["webhook_given_up"]
    dead, gone = (
        wording.letter("webhook_given_up", language, details(), **facts | {"why": why}) for why in get_args(WebhookEnd)
    )
    assert facts["since"] in dead.text and facts["since"] not in gone.text
    assert "410" in gone.text and "410" not in dead.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_that_may_be_held_back_has_a_word_of_its_own(language: Language) -> None:
    wording, facts = Wording("https://portal.example.com"), FACTS["removal_held"]
    numbers = dict.fromkeys(ams.ENTITIES, "77")
    letter = wording.letter("removal_held", language, details(), **facts | {"going": numbers, "there": numbers})
    words = re.findall(r"77 (?:of|de) 77 (\D+?)\n", letter.text)
    assert len(set(words)) == len(ams.ENTITIES) and not any("-" in word for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_locked_screen_shows_whose_code_it_is_and_not_the_code(language: Language) -> None:
    letter = Wording("https://portal.example.com").letter(
        "identification_code", language, details(), **FACTS["identification_code"]
    )
    preview = unescape(Page(letter.html).hidden)
    assert "482913" not in letter.subject
    assert "482913" not in preview
    assert "3:42 PM CDT" in letter.subject
    assert "Lakeside Insurance" in preview
    assert len(preview) > 150, "or the mail's first words follow in the notification"
    assert re.findall(r"\b\d{6}\b", letter.text) == ["482913"]
    assert ("identification code" if language == "en" else "código de identificación") in letter.text


def test_what_an_agency_has_not_given_leaves_no_gap() -> None:
    bare = details(phone="", email="", website="", street="", city="", state="", postal_code="")
    letter = Wording("https://portal.example.com").letter("document", "en", bare, **FACTS["document"])
    assert letter.text.rstrip().endswith(bare.name)
    assert "mailto:" not in letter.html
    assert place(details(street="")) == "Austin, TX 78701"


@pytest.mark.parametrize(
    ("color", "ink"), [("#1d4f91", "#ffffff"), ("#f5c842", "#111111"), ("#ffffff", "#111111"), ("#000000", "#ffffff")]
)
def test_the_agencys_name_can_be_read_on_its_colour(color: str, ink: str) -> None:
    assert readable_on(color) == ink
