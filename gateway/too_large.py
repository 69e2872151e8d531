"""What people read whose form or file is larger than its address takes: the limit, and what to do."""

from .limits import SHEETS
from .refusals import TooLarge

KILO, MEGA = 1024, 1024 * 1024


def _(text: str) -> str:
    """Marks a text for translation and leaves it as it is."""
    return text


OF_FILE = _("A file can have at most {limit} here. Please divide it into several, and send them one after another.")
OF_FORM = _("This form takes at most {limit}. Please go back, shorten what you wrote, and send it again.")


def advice(path: str) -> str:
    """The sentence with the limit (`{limit}`) and what helps, for what was sent to this address: a msgid."""
    return OF_FILE if is_file(path) else OF_FORM


def is_file(path: str) -> bool:
    """Whether a file is sent to this address, from a page at the same address."""
    return bool(SHEETS.fullmatch(path))


def limit_of(refusal: TooLarge) -> str:
    """The limit in words: 64 KB, 1 MB."""
    limit: int = refusal.facts["limit"]
    return f"{limit // MEGA} MB" if limit >= MEGA else f"{limit // KILO} KB"
