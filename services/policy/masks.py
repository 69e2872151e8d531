"""Numbers of which pages show the end only: of licences and loans always, of cards and accounts wherever they stand."""

import re

LONG = re.compile(r"(?<!\d)\d(?:[ -]?\d){8,}(?!\d)")
SHOWN = 4


def end_of(number: str) -> str:
    """•••• 4417; of a number that is hardly longer than what would be shown, nothing."""
    plain = "".join(letter for letter in number if letter.isalnum())
    return f"•••• {plain[-SHOWN:]}" if len(plain) > SHOWN + 1 else ("••••" if plain else "")


def without_numbers(text: str) -> str:
    """The text with every run of nine or more digits cut down to its end."""
    return LONG.sub(lambda found: end_of(found[0]), text)
