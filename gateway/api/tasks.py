"""Tasks for staff as JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from contracts.policy.tasks import FinishTask, ListTasks, Task, TaskList

from .answers import PREFIX, PROBLEMS, answer
from .caller import agency_caller

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["agency"])


@router.get("/{agency}/tasks", response_model=TaskList)
async def show(agency: str, wanted: Annotated[ListTasks, Query()], request: Request) -> Response:
    """What waits for staff, the oldest first, or what is done, the newest first."""
    who = await agency_caller(request, agency)
    found = await who.ask(wanted)
    return answer(found)


@router.post("/{agency}/tasks/{task}/done", response_model=Task)
async def finish(agency: str, task: UUID, request: Request) -> Response:
    """Somebody has done it; one that is done already stays as it is."""
    who = await agency_caller(request, agency)
    done = await who.ask(FinishTask(task=task))
    return answer(done)
