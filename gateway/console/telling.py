"""Who is told: for each action of clients, which mails and tasks the agency wants."""

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.settings import ChangeSettings, GetSettings, SettingsChange, SettingsOutdated
from contracts.identity.telling import Action, Told, ToldChange, WhoIsTold, WhoIsToldChange
from contracts.kinds import BadRequest
from gateway.words import _

from .desk import Desk
from .words import reason_of

SAVED = "The settings are saved."
NOT_RIGHT = "Please check what is marked."
WAYS = tuple(Told.model_fields)
ACTIONS: dict[Action, str] = {
    Action.REQUEST_MADE: _("A client asks for a change"),
    Action.REQUEST_ANSWERED: _("You answer a request"),
    Action.REQUEST_REPLIED: _("A client writes in a request"),
    Action.CONTACT_CORRECTION_ASKED: _("A client asks to correct contact information"),
    Action.CERTIFICATE_HOLDER_ADDED: _("A client adds certificate holders"),
}
NAMES = {
    "agent_email": _("E-mail to the agency"),
    "customer_email": _("E-mail to the client"),
    "primary_email": _("E-mail to the primary contact"),
    "task": _("Task for staff"),
}


async def show(desk: Desk) -> Response:
    """As it is now."""
    settings = await desk.ask(GetSettings())
    return await _page(desk, settings.details.who_is_told, settings.version)


async def change(desk: Desk) -> Response:
    """Saves what was ticked."""
    form = desk.form()
    ticked = {_field(action): {way: form.get(f"{_field(action)}.{way}") == "yes" for way in WAYS} for action in ACTIONS}
    address = form.get("address", "").strip()
    changed = {name: ToldChange(**told) for name, told in ticked.items()}
    shown = WhoIsTold().model_copy(update={"address": address} | {name: Told(**told) for name, told in ticked.items()})
    settings = await desk.ask(GetSettings())
    try:
        changes = SettingsChange(who_is_told=WhoIsToldChange.model_validate({"address": address, **changed}))
        wanted = ChangeSettings(changes=changes, version=int(form.get("version", "")), browser=desk.browser)
        await desk.ask(wanted)
    except (ValidationError, BadRequest, ValueError):
        return await _page(desk, shown, settings.version, desk.say(NOT_RIGHT), status_code=400)
    except SettingsOutdated as refusal:
        return await _page(desk, shown, settings.version, reason_of(desk, refusal.code), status_code=409)
    return desk.go("/settings/telling", notice=desk.say(SAVED))


def _field(action: Action) -> str:
    return action.value.replace("-", "_")


async def _page(desk: Desk, shown: WhoIsTold, version: int, error: str = "", *, status_code: int = 200) -> Response:
    rows = [(_field(action), words, shown.of(action)) for action, words in ACTIONS.items()]
    return await desk.show(
        "telling.html",
        "settings",
        status_code=status_code,
        rows=rows,
        names=NAMES,
        address=shown.address,
        own=desk.agency.email,
        version=version,
        error=error,
    )
