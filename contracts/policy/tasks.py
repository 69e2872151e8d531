"""Tasks: what waits for the agency's staff because of what was done in the portal."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.agency_requests import StaffRequest
from contracts.identity.telling import Action
from contracts.kinds import Model, NotFound


class Task(Model):
    """Something for staff to do about an account.

    `about` is our id of what it is about (a request, a certificate holder), `facts` are short texts whose meaning hangs
    on `action`. `done_by` is the name of who finished it; empty with `done_at`: the agency's system did.
    """

    id: UUID
    action: Action
    account: UUID
    account_name: str
    about: UUID
    facts: dict[str, str]
    opened_at: datetime
    done_at: datetime | None
    done_by: str


class TaskList(Model):
    """A page of tasks: the open ones oldest first, the done ones newest first; `open` counts all that wait."""

    items: list[Task]
    open: int
    cursor: str | None = None


class ListTasks(StaffRequest[TaskList], owner="policy", reads=True):
    """What waits for staff, or what they have done; of one account if it is named."""

    state: Literal["open", "done"] = "open"
    account: UUID | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str = Field(default="", max_length=400)


class FinishTask(StaffRequest[Task], owner="policy", refusals=(NotFound,)):
    """Somebody has done it; of a certificate holder: the agency's system has it now, entered by hand.

    A task that is done already stays as it is.
    """

    task: UUID
