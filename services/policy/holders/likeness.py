"""Likeness: whether two holders are the same one, by name and address, however each was typed."""

import re
import unicodedata

APART = re.compile(r"[\W_]+")
DROPPED = re.compile(r"['’.]")
ACCENTS = re.compile(r"[\u0300-\u036f]")
# legal forms and the suffixes of USPS Publication 28 (appendices C1, C2 and F) that people write both ways
SHORT = {
    "incorporated": "inc",
    "company": "co",
    "corporation": "corp",
    "limited": "ltd",
    "and": "&",
    "alley": "aly",
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "circle": "cir",
    "court": "ct",
    "drive": "dr",
    "expressway": "expy",
    "freeway": "fwy",
    "highway": "hwy",
    "lane": "ln",
    "parkway": "pkwy",
    "place": "pl",
    "plaza": "plz",
    "road": "rd",
    "square": "sq",
    "street": "st",
    "terrace": "ter",
    "trail": "trl",
    "apartment": "apt",
    "building": "bldg",
    "floor": "fl",
    "suite": "ste",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}


def likeness(name: str, street: str, city: str, state: str, postal_code: str) -> str:
    """The same text for the same holder; empty where there is not enough to be sure by, and then it is like no other.

    Upper and lower case, accents, punctuation, common abbreviations and the four last digits of a ZIP code do not
    count; everything else does, so that two who only look alike stay two.
    """
    parts = (folded(name), folded(street), folded(city), state.strip().upper(), postal_code.strip()[:5])
    return "|".join(parts) if all(parts) else ""


def folded(text: str) -> str:
    """Plain words in lower case and in any script, each in its shortest usual form."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    plain = unicodedata.normalize("NFC", bare).replace("&", " and ")
    words = APART.sub(" ", DROPPED.sub("", plain)).split()
    return " ".join(SHORT.get(word, word) for word in words)
