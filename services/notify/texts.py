"""Text messages that fit one segment: 160 characters of the GSM alphabet, in any language."""

import unicodedata
from collections.abc import Callable

SEGMENT = 160  # characters of GSM 03.38; one character outside it makes a text three segments of 70
GSM = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  # without its extension table, whose characters count twice
TYPEWRITTEN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "•": "-"})


def plain(text: str) -> str:
    """The text in the GSM alphabet: accents that it lacks are dropped, other strange characters left out."""
    return "".join(_plain(character) for character in text.translate(TYPEWRITTEN))


def fit(write: Callable[[str], str], name: str) -> str:
    """What `write` makes of the name, the name cut where the text would need a second segment."""
    name = plain(" ".join(name.split()))
    text = plain(write(name))
    if len(text) > SEGMENT:
        room = max(0, len(name) - (len(text) - SEGMENT) - len("..."))
        text = plain(write(f"{name[:room].rstrip()}..."))
    return text


def _plain(character: str) -> str:
    if character in GSM:
        return character
    if character.isspace():
        return " "
    return "".join(part for part in unicodedata.normalize("NFKD", character) if part in GSM)
