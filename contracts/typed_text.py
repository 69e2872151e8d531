"""Text that people type: what nobody sees in it is left out, since it could show others something else."""

from typing import Any

from pydantic import BeforeValidator

# marks that turn the direction of what follows, and letters without a width: copied along unseen, and a name that holds
# them reads otherwise than it is written, or equals another one to every eye. What scripts need to be joined stays
UNSEEN = dict.fromkeys(
    map(ord, "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
)


def seen(typed: Any) -> Any:
    """The text as it is seen."""
    return typed.translate(UNSEEN) if isinstance(typed, str) else typed


def _in_capitals(typed: Any) -> Any:
    return seen(typed).strip().upper() if isinstance(typed, str) else typed


Seen = BeforeValidator(seen)
Capitals = BeforeValidator(_in_capitals)  # of a code, which is one however it is typed
