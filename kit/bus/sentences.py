"""What is wrong with a message, in a sentence for the person who mends it: never the machinery's own words."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from contracts import ams

# by the last name in the place, where the field's own form says more than the kind of mistake
FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"/(state|\[state\])$"), "A state is two capital letters, such as TX."),
    (re.compile(r"/company_numbers/"), "States in company_numbers are two capital letters, such as TX."),
    (re.compile(r"/mobile$"), "A mobile number is in international form, such as +15125550147, or empty."),
    (re.compile(r"/email$"), "This is no e-mail address, such as pat@example.com; if there is none, leave it empty."),
    (re.compile(r"/naic$"), "An NAIC number has five digits, or is empty."),
    (re.compile(r"/currency$"), "A currency is its three-letter code, such as USD."),
    (re.compile(r"/sha256$"), "A SHA-256 is written as 64 hexadecimal digits."),
    (re.compile(r"/website$"), "A website begins with https:// and has no spaces, such as https://www.example.com."),
    (re.compile(r"/slug$"), "A short name has 2 to 40 small letters, digits or dashes, and no dash in front."),
    (re.compile(r"/brand_color$"), "A color is # and six hexadecimal digits, such as #1d4f91."),
    (re.compile(r"/time_zone$"), "A time zone is named like America/Chicago."),
    (re.compile(r"_url$"), "A link begins with https:// and has no spaces; where there is none, leave it empty."),
    (re.compile(r"^/sequence$"), 'A sequence is a whole number in a string of at most 18 digits, such as "42".'),
)  # fmt: skip
AMOUNT = 'An amount is a number in a string with at most two decimals, such as "743.00".'
DAY = "A day is written YYYY-MM-DD, such as 2026-09-01."
TIME = "A time is written like 2026-09-01T14:00:00Z, with its offset from UTC."
WHOLE = "This must be a whole number."
EMPTY = "This must not be empty."
TOO_LONG = "This is too long: {} characters are the most."
COUNTS = 'Counts are whole numbers by the name of the kind, such as {"account": 12}.'

Words = Callable[[Mapping[str, Any]], str]
# by the kind of mistake; the context has its limits
KINDS: dict[str, Words] = {
    "missing": lambda _: "This field is missing, and it is needed.",
    "string_type": lambda _: "This must be a text in quotation marks.",
    "string_too_short": lambda context: (
        EMPTY if context["min_length"] == 1 else f"This is too short: {context['min_length']} characters are the least."
    ),
    "string_too_long": lambda context: TOO_LONG.format(context["max_length"]),
    "bool_type": lambda _: "This must be true or false, without quotation marks.",
    "bool_parsing": lambda _: "This must be true or false, without quotation marks.",
    "list_type": lambda _: "This must be a list in square brackets.",
    "dict_type": lambda _: "This must be an object in curly brackets.",
    "model_type": lambda _: "This must be an object in curly brackets.",
    "too_short": lambda context: EMPTY if _is_secret(context) else "This list must not be empty.",
    "too_long": lambda context: (
        TOO_LONG.format(context["max_length"])
        if _is_secret(context)
        else f"This list is too long: {context['max_length']} entries are the most."
    ),
    "literal_error": lambda context: f"This must be {context['expected']}.",
    "enum": lambda context: f"This must be {context['expected']}.",
    "json_invalid": lambda context: f"This is not JSON: {context['error']}.",
    "greater_than_equal": lambda context: f"This must be {context['ge']} or more.",
    "less_than_equal": lambda context: f"This must be {context['le']} or less.",
    "value_error": lambda context: _as_sentence(str(context["error"])),
    "string_pattern_mismatch": lambda _: "This does not have the form that this field needs.",
}
STARTS: tuple[tuple[str, str], ...] = (
    ("decimal", AMOUNT),
    ("datetime", TIME),
    ("timezone", TIME),
    ("date", DAY),
    ("int", WHOLE),
    ("float", WHOLE),
)
FORMED = frozenset({"string_pattern_mismatch", "string_type", "url_parsing"})


def first_problem(error: ValidationError) -> tuple[str, str]:
    """JSON pointer and sentence for the first thing that is wrong with a message."""
    first = error.errors(include_url=False, include_input=False)[0]
    parts = [str(part) for part in first["loc"] if part != "[key]"]
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    return pointer, sentence(pointer, first["type"], first.get("ctx", {}), first["msg"])


def unknown_type(given: str) -> str:
    """The sentence for a type that no event has, with the one that was perhaps meant."""
    close = get_close_matches(given, ams.TYPES, 1, 0.7)
    return f"No event has the type {given!r}" + (f"; perhaps {close[0]} is meant." if close else ".")


def sentence(pointer: str, kind: str, context: Mapping[str, Any], otherwise: str) -> str:
    """The sentence for a kind of mistake of Pydantic's and its context; `otherwise` for one that has no words here."""
    if kind == "string_pattern_mismatch" and "/counts/" in pointer:
        return _unknown_kind(pointer.rpartition("/")[2])
    if kind in FORMED:
        for place, words in FORMS:
            if place.search(pointer):
                return words
    if kind in KINDS:
        return KINDS[kind](context)
    if "/counts/" in pointer:
        return COUNTS
    return next((words for start, words in STARTS if kind.startswith(start)), f"{otherwise}.")


def _unknown_kind(given: str) -> str:
    return f"No entity is of the kind {given!r}; kinds are {', '.join(sorted(ams.ENTITIES))}."


def _is_secret(context: Mapping[str, Any]) -> bool:
    """Whether it is a text that is never shown, whose length Pydantic counts as it does a list's."""
    return context.get("field_type") == "Value"


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
