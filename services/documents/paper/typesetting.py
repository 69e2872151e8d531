"""Setting text in the fonts that documents embed: measured, wrapped and fitted, so that nothing overflows."""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import font_roboto
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, MEDIUM, BOLD, ITALIC = "Roboto", "RobotoMedium", "RobotoBold", "RobotoItalic"
UNKNOWN = "\N{REPLACEMENT CHARACTER}"  # shown for what the fonts do not have
STEP = 0.25  # points


class Fitted(NamedTuple):
    """Lines at a size in points; `cut` where something had to be left out."""

    size: float
    lines: list[str]
    cut: bool


@cache
def load_fonts() -> frozenset[str]:
    """Registers the fonts, once a process; returns the characters that all of them have."""
    glyphs: list[set[int]] = []
    for name in (REGULAR, MEDIUM, BOLD, ITALIC):
        font = TTFont(name, font_roboto.font_files[name], asciiReadable=False)
        pdfmetrics.registerFont(font)
        glyphs.append(set(font.face.charToGlyph))
    return frozenset(map(chr, set.intersection(*glyphs)))


@lru_cache(4096)
def clean(text: str) -> str:
    """The text in characters that can be set: composed, on one line, what is unknown as a visible replacement."""
    known = load_fonts()
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    seen = (letter for letter in composed if unicodedata.category(letter) not in ("Cc", "Cf"))
    return "".join(letter if letter in known else UNKNOWN for letter in seen)


def width(text: str, font: str, size: float) -> float:
    """How wide the text is, in points."""
    return _share_of_size(text, font) * size


@lru_cache(16384)
def _share_of_size(text: str, font: str) -> float:
    load_fonts()
    return float(pdfmetrics.stringWidth(text, font, 1))


def wrap(text: str, font: str, size: float, room: float, enough: int | None = None) -> list[str]:
    """The text in lines no wider than `room` points; a word that is wider by itself is broken.

    Stops once there are more than `enough` lines; the last one then holds whatever is left.
    """
    words = text.split()[::-1]
    space = width(" ", font, size)
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    while words and (enough is None or len(lines) < enough):
        word = words.pop()
        wide = width(word, font, size)
        if used + wide + (space if line else 0) <= room:
            used += wide + (space if line else 0)
            line.append(word)
        elif line:
            lines.append(" ".join(line))
            line, used = [], 0.0
            words.append(word)
        else:
            cut = max(1, _fitting(word, font, size, room))
            lines.append(word[:cut])
            words.extend([word[cut:]] if word[cut:] else [])
    rest = " ".join([*line, *reversed(words)])
    return [*lines, rest] if rest else lines


def fit(text: str, font: str, largest: float, least: float, room: float, most: int) -> Fitted:
    """The text at the largest size, from `largest` down to `least` points, at which it takes at most `most` lines.

    At the least size what does not fit ends in an ellipsis.
    """
    size = largest
    while len(lines := wrap(text, font, size, room, most)) > most:
        if size - STEP < least:
            last = shorten(" ".join(lines[most - 1 :]), font, size, room)
            return Fitted(size, [*lines[: most - 1], last], cut=True)
        size -= STEP
    return Fitted(size, lines, cut=False)


def fit_line(text: str, font: str, largest: float, least: float, room: float) -> tuple[float, str]:
    """A size in points and the text, cleaned, on one line of that size; empty where nothing of it can be set."""
    fitted = fit(clean(text), font, largest, least, room, 1)
    return fitted.size, "".join(fitted.lines)


def fit_names(names: Sequence[str], font: str, largest: float, least: float, room: float, most: int) -> Fitted:
    """Names after one another, fitted; where they are too many, the first ones and how many more the policy names."""
    whole = fit(", ".join(names), font, largest, least, room, most)
    if not whole.cut:
        return whole
    shown = bisect_right(
        range(1, len(names)), 0, key=lambda count: fit(_some(names, count), font, least, least, room, most).cut
    )
    return fit(_some(names, shown), font, least, least, room, most)._replace(cut=True)


def _some(names: Sequence[str], count: int) -> str:
    return f"{', '.join(names[:count])} and {len(names) - count} more, named in the policy".removeprefix(" and ")


def shorten(text: str, font: str, size: float, room: float) -> str:
    """The text on one line, its end an ellipsis where it is too wide."""
    if width(text, font, size) <= room:
        return text
    return text[: _fitting(text, font, size, room - width("…", font, size))].rstrip() + "…"


def _fitting(text: str, font: str, size: float, room: float) -> int:
    """How many characters fit into `room`."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle], font, size) <= room:
            low = middle
        else:
            high = middle - 1
    return low
