"""Tasks: what waits for staff because of what was done in the portal."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import Response

from contracts.identity.telling import Action
from contracts.kinds import NotFound
from contracts.policy.tasks import FinishTask, ListTasks
from gateway.words import _

from .desk import Desk

DONE = "Done. It is off the list."
# what a task is about, with the facts that stand in it; and its icon
TITLES: dict[Action, tuple[str, str]] = {
    Action.REQUEST_MADE: (_("Request from a client"), "text"),
    Action.REQUEST_ANSWERED: (_("A request was answered"), "text"),
    Action.REQUEST_REPLIED: (_("A client wrote in a request"), "text"),
    Action.CONTACT_CORRECTION_ASKED: (_("Correct contact information"), "person"),
    Action.CERTIFICATE_HOLDER_ADDED: (_("Enter a certificate holder in your system"), "policies"),
}
# where staff see more of it
PLACES: Mapping[Action, str] = {
    Action.REQUEST_MADE: "/requests/{about}",
    Action.REQUEST_ANSWERED: "/requests/{about}",
    Action.REQUEST_REPLIED: "/requests/{about}",
    Action.CONTACT_CORRECTION_ASKED: "/requests/{about}",
    Action.CERTIFICATE_HOLDER_ADDED: "/accounts/{account}/holders?addition={about}",
}


async def show(desk: Desk) -> Response:
    """The open tasks, or those that are done."""
    query = desk.request.query_params
    done = query.get("state") == "done"
    wanted = ListTasks(state="done" if done else "open", cursor=query.get("cursor", "")[:400])
    found = await desk.ask(wanted)
    return await desk.show(
        "tasks.html", "tasks", list=found, state=wanted.state, titles=TITLES, places=PLACES, holders=_holders
    )


async def finish(desk: Desk) -> Response:
    """Somebody has done it."""
    form = desk.form()
    try:
        task = UUID(form.get("task", ""))
    except ValueError:
        raise NotFound from None
    await desk.ask(FinishTask(task=task))
    return desk.go("/tasks", notice=desk.say(DONE))


def _holders(facts: Mapping[str, str]) -> int:
    """How many certificate holders a task is about."""
    count = facts.get("count", "")
    return int(count) if count.isdigit() else 1
