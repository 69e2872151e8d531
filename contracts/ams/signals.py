"""Signals of the feed itself: that it is alive, and what a snapshot holds."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from .entities import ENTITIES
from .values import FromAms

Kind = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(sorted(ENTITIES))})$")]


class Heartbeat(FromAms):
    """Nothing happened, and the feed is alive."""

    kind: ClassVar[str] = "feed"


class SnapshotStarted(FromAms):
    """From here on the AMS tells all that it has, each event with the snapshot's id as its `snapshot`.

    Published before the AMS begins to read its own database, so that what changes meanwhile is told after it.
    """

    kind: ClassVar[str] = "snapshot"


class SnapshotEnded(FromAms):
    """All has been told: `counts` says how many entities of each kind the snapshot holds.

    Once as many have been applied, what it did not name is gone. A kind that is not in `counts` is left alone.
    """

    kind: ClassVar[str] = "snapshot"
    counts: dict[Kind, Annotated[int, Field(ge=0)]]
