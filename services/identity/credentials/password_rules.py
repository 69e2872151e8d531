"""Which passwords are refused: short ones, and those that whoever knows the person or the world guesses first.

A password opens the portal alone, so it has the length that NIST SP 800-63B-4 asks of one that does; what it is
composed of is the person's affair.
"""

import re
from collections.abc import Iterable

from contracts.identity.passwords import PasswordWeak, WeakBecause

from .common_words import WORDS
from .hashing import normal

SHORTEST, LONGEST = 15, 128  # characters
LEFT = 6  # letters and digits that must be left once everything guessable is taken away
LOOKALIKES = str.maketrans("0134578@$!", "oieastbasi")
ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
RUN = 4  # neighbours in a row that count as one guess


def check(password: str, personal: Iterable[str]) -> None:
    """Raises PasswordWeak with the reason; `personal` are names of the person, the agency, and the user name."""
    because = weakness(normal(password), personal)
    if because:
        raise PasswordWeak(reason=because, shortest=SHORTEST, longest=LONGEST)


def weakness(password: str, personal: Iterable[str]) -> WeakBecause | None:
    """Why others would guess it; nothing where they would not."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = _plain(password)
    rest = _without_runs(plain)
    if len(set(plain)) < LEFT - 1 or _is_repetition(plain) or len(rest) < LEFT:
        return "repeated"
    own = {_plain(word) for text in personal for word in re.split(r"[\s@._+,&'-]+", text)}
    spelled = _without_runs(_plain(password.casefold().translate(LOOKALIKES)))
    return _because_of({word for word in own if len(word) >= 3}, rest, spelled)


def _because_of(own: set[str], rest: str, spelled: str) -> WeakBecause | None:
    """`spelled` is the rest with digits and signs read as the letters that they stand for."""
    if len(_without(own, rest)) < LEFT:
        return "personal"
    known = own | WORDS
    return "common" if min(len(_without(known, rest)), len(_without(known, spelled))) < LEFT else None


def _plain(text: str) -> str:
    """Letters and digits alone, small."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_repetition(plain: str) -> bool:
    """Whether it is one short piece again and again."""
    return any(
        plain == (plain[:size] * (len(plain) // size + 1))[: len(plain)]
        for size in range(1, min(8, len(plain) // 2) + 1)
    )


def _without_runs(plain: str) -> str:
    """Without neighbours of alphabet, digits and keyboard, forwards and backwards, and without one letter repeated."""
    left, at = [], 0
    while at < len(plain):
        length = max(_run_at(plain, at), _same_at(plain, at))
        if length < RUN:
            left.append(plain[at])
            length = 1
        at += length
    return "".join(left)


def _run_at(plain: str, at: int) -> int:
    longest = 1
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        start = row.find(plain[at])
        length = 0
        while start >= 0 and plain[at + length : at + length + 1] == row[start + length : start + length + 1] != "":
            length += 1
        longest = max(longest, length)
    return longest


def _same_at(plain: str, at: int) -> int:
    length = 1
    while plain[at + length : at + length + 1] == plain[at]:
        length += 1
    return length


def _without(words: Iterable[str], plain: str) -> str:
    """Without any of these words, the longest first."""
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return plain
