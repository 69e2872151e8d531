"""Lines of business by what people call them: sought in every language of the portal, sorted in the reader's."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from contracts.identity.agencies import Language

from .rendering import LANGUAGES, translate
from .words import LINES

LEAST = 2  # letters; one alone is in nearly every name


@lru_cache(maxsize=1024)
def lines_named(typed: str) -> list[str]:
    """The ACORD codes of the lines whose name has what was typed in it, whatever its case and accents."""
    sought = _plain(typed)
    if len(sought) < LEAST:
        return []
    return [
        code
        for code, (name, _) in LINES.items()
        if any(sought in _plain(translate(name, language)) for language in LANGUAGES)
    ]


@lru_cache(maxsize=len(LANGUAGES))
def names_to_sort_by(language: Language) -> dict[str, str]:
    """The ACORD codes of all lines with their names in a language, in small letters without accents."""
    return {code: _plain(translate(name, language)) for code, (name, _) in LINES.items()}


def sort_by_name(lines: Iterable[str], language: Language) -> list[str]:
    """Lines in the order in which their reader expects them."""
    names = names_to_sort_by(language)
    return sorted(lines, key=lambda line: (names.get(line, _plain(line)), line))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
