"""Which types of events there are, what their data is, and who hears them."""

from .entities import ENTITIES
from .signals import Heartbeat, SnapshotEnded, SnapshotStarted
from .values import FromAms

SNAPSHOT = SnapshotStarted.kind  # heard by everyone who has entities, each for its own
HEARD_BY: dict[str, tuple[str, ...]] = {
    "identity": ("account", "contact", SNAPSHOT),
    "policy": ("carrier", "policy", "receipt", "certificate-holder", "request", "feed", SNAPSHOT),
    "documents": ("certificate", "certificate-master", "document", SNAPSHOT),
}
KINDS = tuple(sorted({kind for kinds in HEARD_BY.values() for kind in kinds}))
STARTED, ENDED = "ams.snapshot.started.v1", "ams.snapshot.ended.v1"
TYPES: dict[str, tuple[str, bool]] = {
    **{f"ams.{kind}.upserted.v1": (kind, False) for kind in ENTITIES},
    **{f"ams.{kind}.deleted.v1": (kind, True) for kind in ENTITIES},
    "ams.feed.heartbeat.v1": ("feed", False),
    STARTED: (SNAPSHOT, False),
    ENDED: (SNAPSHOT, False),
}
SIGNALS: dict[str, type[FromAms]] = {
    "ams.feed.heartbeat.v1": Heartbeat,
    STARTED: SnapshotStarted,
    ENDED: SnapshotEnded,
}
NEED_NO_DATA = frozenset({Heartbeat, SnapshotStarted})


def model_of(event_type: str) -> type[FromAms]:
    """What the data of an event of this type is; of a deletion, what was deleted."""
    return SIGNALS.get(event_type) or ENTITIES[TYPES[event_type][0]]
