"""Events of the feed that could not be applied, as the agency sees, mends and sends them again; one owner each."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .agency_requests import AdminRequest
from .ams import MAX_EVENT_BYTES
from .identity.sessions import Browser
from .kinds import Model, Refusal

CaughtState = Literal["waiting", "sent", "applied", "superseded", "repeated", "refused", "elsewhere"]


class StillWrong(Refusal):
    """What was to be sent again would be refused again; facts: `reason` (a code), `pointer`, `problem`."""

    code, status, title = "still_wrong", 422, "This event is still not right, so it was not sent again."


class AppliedAlready(Refusal):
    """The event was sent again before, and counts."""

    code, status, title = "applied_already", 409, "This event was sent again already, and counts."


class CaughtEvent(Model):
    """An event in quarantine: why, where (`pointer` is a JSON pointer into its body), and what became of it.

    `event`, `type` and `entity` are its CloudEvents id, type and subject, where it has any; `on` is the subject of the
    bus. `state` is `waiting` until it is sent again, then `sent` until it is heard: it was applied, superseded by a
    newer version, a repeat of one that was applied before, or refused again (then `again` is the new one's id).
    `elsewhere` is where it ends here when it was mended into a kind that another service hears, `sent_as`: there it
    counts, or is caught as an event of that service's own. `by` is who sent it again (`staff:<id>`, `system:<id>` or
    `command line`), `mended` whether its body was changed.
    """

    id: UUID
    event: str | None
    type: str | None
    entity: str | None
    on: str
    code: str
    pointer: str
    problem: str
    caught_at: datetime
    state: CaughtState
    replayed_at: datetime | None
    by: str
    mended: bool
    again: UUID | None
    sent_as: str | None = None


class CaughtEvents(Model):
    """A page of events in quarantine, newest first; `waiting` counts all that wait; `cursor` fetches the older ones."""

    items: list[CaughtEvent]
    waiting: int
    cursor: str | None = None


class CaughtBody(CaughtEvent):
    """An event in quarantine with its body as it came, and as it was mended if it was."""

    body: str
    mended_body: str | None


class ListCaught(AdminRequest[CaughtEvents], reads=True):
    """The agency's own events in quarantine: those that wait, or all."""

    everything: bool = False
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=40, pattern=r"^[0-9a-f-]*$")


class GetCaught(AdminRequest[CaughtBody], reads=True):
    """One of them with its body."""

    caught: UUID


class ReplayCaught(AdminRequest[CaughtEvent], refusals=(StillWrong, AppliedAlready)):
    """Sends an event to the bus again, as it came or with a mended body; the original stays as it is."""

    caught: UUID
    body: Annotated[str, Field(max_length=MAX_EVENT_BYTES)] | None = None
    browser: Browser = Browser()
