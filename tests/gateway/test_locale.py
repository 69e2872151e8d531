"""Every text that people read has a Spanish translation, and none is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path
from re import IGNORECASE, findall, search

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from contracts.documents.id_cards import IdCardRefused
from contracts.documents.mailings import MailLimit
from contracts.identity.consents import ConsentTextChanged, NoMobileNumber, TooManyChanges
from contracts.identity.sign_in import CodeAgain, CodeOver, CodeWrong, EmailNotFound, SlowDown
from contracts.kinds import COMMON_REFUSALS, Refusal
from contracts.policy.requests import AcknowledgementNeeded, SentBefore, TooManyRequests
from gateway import holder_words, refusals, rendering
from gateway.console.words import TITLES
from gateway.portal.words import OF_GOOGLE, OF_PASSKEYS, OF_PASSWORDS
from gateway.rendering import LOCALE, translate

GATEWAY = Path(rendering.__file__).parent
MEANT_FOR_PEOPLE = (
    *COMMON_REFUSALS,
    EmailNotFound,
    SlowDown,
    CodeWrong,
    CodeAgain,
    CodeOver,
    IdCardRefused,
    MailLimit,
    ConsentTextChanged,
    NoMobileNumber,
    TooManyChanges,
    *holder_words.REFUSALS,
    AcknowledgementNeeded,
    SentBefore,
    TooManyRequests,
    *OF_GOOGLE,
    *OF_PASSKEYS,
    *OF_PASSWORDS,
)
NOT_FOR_PEOPLE = {"mailbox.html"}  # a developer's page

Message = str | tuple[str, ...]


def used() -> set[Message]:
    """Every msgid: of templates, of marked texts in Python, of refusals and of what routes say."""
    found: set[Message] = set()
    methods = [("**.html", "jinja2"), ("**.py", "python")]
    for file, _, message, _, _ in extract_from_dir(
        str(GATEWAY), methods, {"**.html": {"newstyle_gettext": "true", "trimmed": "false"}}
    ):
        if Path(file).name not in NOT_FOR_PEOPLE:
            found.add(message)
    ours = [value for value in vars(refusals).values() if isinstance(value, type) and issubclass(value, Refusal)]
    found |= {refusal.title for refusal in (*MEANT_FOR_PEOPLE, *ours) if refusal is not Refusal}
    for file in (*(GATEWAY / "portal").rglob("*.py"), *(GATEWAY / "console").rglob("*.py")):
        found |= set(said(ast.parse(file.read_text("utf-8"))))
    found |= set(TITLES.values())
    return found


def said(module: ast.Module) -> Iterator[str]:
    """Texts that a route gives to `say`, in place or by the name of a constant."""
    constants = {
        target.id: statement.value.value
        for statement in module.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
            text = node.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)
            elif isinstance(text, ast.Name) and text.id in constants:
                yield str(constants[text.id])


def forms(text: Message) -> tuple[str, ...]:
    """The one form of a text, or its singular and plural."""
    return (text,) if isinstance(text, str) else text


def translated() -> dict[Message, Message]:
    with (LOCALE / "es.po").open("rb") as source:
        catalog = read_po(source, locale="es", abort_invalid=True)
    return {
        tuple(entry.id) if isinstance(entry.id, list | tuple) else entry.id: (
            tuple(entry.string) if isinstance(entry.string, list | tuple) else entry.string
        )
        for entry in catalog
        if entry.id and "fuzzy" not in entry.flags
    }


def test_every_text_has_a_spanish_translation():
    known = translated()
    missing = [message for message in used() if not all(forms(known.get(message, "")))]
    assert missing == []


def test_no_translation_is_left_over():
    assert sorted(str(message) for message in translated().keys() - used()) == []


def test_translations_keep_the_names_to_fill_in():
    pattern = r"%\(\w+\)s|\{\w+\}"
    for message, text in translated().items():
        for form, original in zip(forms(text), forms(message), strict=True):
            assert set(findall(pattern, form)) == set(findall(pattern, original)), form


@pytest.mark.parametrize("word", ["OTP", "PIN", "token", "contraseña de un solo uso"])
def test_people_read_of_identification_codes_only(word):
    for message, text in translated().items():
        for form in (*forms(message), *forms(text)):
            assert word not in form.split()


def test_the_not_found_sentence_is_said_in_both_languages():
    assert translate(EmailNotFound.title, "en") == (
        "This email address is not found. Please contact your agent directly."
    )
    assert translate(EmailNotFound.title, "es").endswith("comuníquese directamente con su agente.")


def test_spanish_speaks_to_people_as_usted():
    for text in translated().values():
        for form in forms(text):
            assert not search(r"\b(tú|tu|tus|te|puedes|tienes|haz)\b", form, IGNORECASE), form


@pytest.mark.parametrize("other", ["llave de acceso", "llaves de acceso", "añad", "tarjetas de identificación"])
def test_spanish_has_one_word_for_one_thing(other):
    for text in translated().values():
        for form in forms(text):
            assert other not in form.lower(), form
