"""The envelope of every event: CloudEvents 1.0 in JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from .values import Id

MAX_EVENT_BYTES = 256 * 1024  # the bus refuses more


class CloudEvent(BaseModel):
    """The envelope (CloudEvents 1.0): `subject` is the AMS's own id of the entity.

    `sequence` is a decimal integer in a string that rises with each change of one entity; where an AMS has none,
    `time` orders. The newest wins whatever the order of arrival. `snapshot` is the id of the snapshot that the event
    is part of.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    specversion: Literal["1.0"]
    id: Id
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    subject: Annotated[str, StringConstraints(max_length=80)] = ""
    time: datetime | None = None
    sequence: Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")] | None = None
    snapshot: Annotated[str, StringConstraints(max_length=80)] = ""
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any] | None = None

    def version(self) -> int:
        """What orders this event among those of its entity: the sequence, or the time in microseconds.

        Raises ValueError where the event has neither.
        """
        if self.sequence is not None:
            return int(self.sequence)
        if self.time is None:
            raise ValueError("an event needs a sequence or a time")
        if self.time.tzinfo is None:
            raise ValueError("time needs a UTC offset")
        return int(self.time.timestamp() * 1_000_000)
