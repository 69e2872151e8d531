"""Lines of business by what people call them, in every language of the portal."""

import unicodedata
from functools import lru_cache

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


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
