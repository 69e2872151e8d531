"""What waits for staff."""

from contracts.identity.staff import GetMyself
from contracts.policy.tasks import FinishTask, ListTasks, Task, TaskList
from contracts.principal import Kind
from kit.bus import Call
from services.policy import tasks
from services.policy.holders import office

from .service import service


@service.answers(ListTasks)
async def list_tasks(request: ListTasks, call: Call) -> TaskList:
    """The console's Tasks, and the agency's systems."""
    async with call.transaction() as transaction:
        return await tasks.every(request, transaction)


@service.answers(FinishTask)
async def finish_task(request: FinishTask, call: Call) -> Task:
    """Somebody has done it."""
    name = (await call.ask(GetMyself())).name if call.who.kind is Kind.STAFF else ""
    async with call.transaction() as transaction:
        return await office.finish(request.task, call.who, name, transaction)
