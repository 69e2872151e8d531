"""The agency's systems: added with a secret that is shown once, changed, ended."""

from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.systems import AddSystem, ChangeSecret, EndSystem, ListSystems, SystemExists
from contracts.principal import Scope

from .desk import Desk
from .words import reason_of

NOT_A_NAME = "A name has 1 to 24 small letters, digits or dashes. Please also choose at least one thing it may do."
ENDED = "The system has ended. It can do nothing any more."


async def show(desk: Desk) -> Response:
    """Every system, and the form for one more."""
    return await _page(desk)


async def add(desk: Desk) -> Response:
    """Adds one; its secret is on this page and nowhere else."""
    form = desk.form()
    name = form.get("name", "").strip()[:40]
    scopes = tuple(scope for scope in Scope if form.get(scope.value))
    try:
        wanted = AddSystem(name=name, scopes=scopes, browser=desk.browser)
    except ValidationError:
        return await _page(desk, desk.say(NOT_A_NAME), name)
    try:
        made = await desk.ask(wanted)
    except SystemExists as refusal:
        return await _page(desk, reason_of(desk, refusal.code), name)
    return await desk.show("system_secret.html", "settings", made=made)


async def change_secret(desk: Desk) -> Response:
    """A new secret, on this page and nowhere else."""
    at_once = desk.form().get("at_once") == "yes"
    made = await desk.ask(ChangeSecret(system=_system(desk), at_once=at_once, browser=desk.browser))
    return await desk.show("system_secret.html", "settings", made=made)


async def end(desk: Desk) -> Response:
    """Ends one, with its tokens and its connections to the bus."""
    desk.form()
    await desk.ask(EndSystem(system=_system(desk), browser=desk.browser))
    return desk.go("/systems", notice=desk.say(ENDED))


async def _page(desk: Desk, error: str = "", typed: str = "") -> Response:
    systems = await desk.ask(ListSystems())
    status = 409 if error else 200
    return await desk.show(
        "systems.html", "settings", status_code=status, systems=systems.items, error=error, typed=typed, scopes=Scope
    )


def _system(desk: Desk) -> UUID:
    system: UUID = desk.request.path_params["system"]
    return system
