"""What people read: never the words of the machinery where the trade says "identification code"."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contracts.kinds import COMMON_REFUSALS, Request
from contracts.streams import messages

from .tree import files, name, syntax

BANNED = re.compile(r"\b(otp|pin|tokens?|one[- ]time pass(word|code))\b", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
STATEMENT = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
SPOKEN = re.compile(r"""\b_\(\s*(?P<quote>["'])(?P<text>.*?)(?<!\\)(?P=quote)""", re.DOTALL)
ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "content"}
CATALOGUE = re.compile(r'(?m)^(?:msg\w+(?:\[\d\])? )?"(.*)"$')


class Visible(HTMLParser):
    """Collects what a page shows or reads aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        shown = ATTRIBUTES | ({"value"} if tag in ("button", "option") or ("type", "submit") in attrs else set())
        self.texts.extend(value for key, value in attrs if key in shown and value)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def visible(template: str, *, html: bool) -> Iterator[str]:
    """What a template lets people read: its own text, and literals that its expressions translate."""
    template = COMMENT.sub("", template)
    for statement in STATEMENT.findall(template):
        yield from (found["text"] for found in SPOKEN.finditer(statement))
    text = STATEMENT.sub(" ", template)
    if html:
        parser = Visible()
        parser.feed(text)
        parser.close()
        yield from parser.texts
    else:
        yield text


def spoken(path: Path) -> Iterator[str]:
    """Texts that a Python file marks for people: the arguments of `_` and its relatives."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in ("_", "gettext", "ngettext"):
                yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def bad(texts: Iterator[str]) -> list[str]:
    return [text.strip() for text in texts if BANNED.search(text)]


def templates() -> list[Path]:
    found = list(files(".html", ".txt", folders=("gateway", "services"), top=False))
    return [path for path in found if "templates" in path.parts]


def test_templates_never_say_the_words_of_the_machinery() -> None:
    assert templates()
    said = {name(path): bad(visible(path.read_text(), html=path.suffix == ".html")) for path in templates()}
    assert not {path: texts for path, texts in said.items() if texts}


def test_neither_do_texts_in_code_or_their_translations() -> None:
    code = {name(path): bad(spoken(path)) for path in files(".py", folders=("gateway", "services"), top=False)}
    assert not {path: texts for path, texts in code.items() if texts}
    catalogues = {name(path): bad(iter(CATALOGUE.findall(path.read_text()))) for path in files(".po")}
    assert not {path: texts for path, texts in catalogues.items() if texts}


def test_neither_do_refusals() -> None:
    refusals = {*COMMON_REFUSALS}
    for message in messages():
        if issubclass(message, Request):
            refusals.update(message.refusals)
    assert not bad(refusal.title for refusal in refusals)


@pytest.mark.parametrize(
    "template",
    [
        "<p>Enter your PIN</p>",
        "<p>{% trans %}Your token{% endtrans %}</p>",
        '<input placeholder="OTP">',
        '<p>{{ _("One-time passcode") }}</p>',
        '<button value="token">x</button>',
    ],
)
def test_the_check_sees_what_people_would_read(template: str) -> None:
    assert bad(visible(template, html=True))


@pytest.mark.parametrize(
    "template",
    [
        '<input type="hidden" name="token" value="{{ token }}">',
        '<input autocomplete="one-time-code">',
        "{# the token #}<p>Identification Code</p>{{ token }}{% if pin %}{% endif %}",
        "<script>let token</script><style>.pin{}</style>",
    ],
)
def test_the_check_leaves_alone_what_nobody_reads(template: str) -> None:
    assert not bad(visible(template, html=True))
