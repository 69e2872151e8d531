"""Who is told: for each action of clients, which mails and tasks the agency wants."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.settings import GetSettings, Settings, SettingsChange, SettingsOutdated
from contracts.identity.telling import Action, Told, WhoIsToldChange
from contracts.kinds import BadRequest
from gateway.words import _

from . import meanwhile
from .desk import Desk
from .meanwhile import Difference, Form
from .settings_form import EMPTY, OFF, ON
from .words import reason_of

SAVED = "The settings are saved."
NOT_RIGHT = "Please check what is marked."
ADDRESS = _("E-mails to the agency")
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
    fields = _fields(settings)
    return await _page(desk, Form(fields, fields, settings.version))


async def change(desk: Desk) -> Response:
    """Saves what was ticked; what somebody else has changed meanwhile is shown beside it, and not written over."""
    sent = desk.form()
    form = meanwhile.sent_with(sent, {name: sent.get(name, "").strip() for name in NAMES_OF_FIELDS})
    try:
        changes = SettingsChange(who_is_told=_changes(form.fields))
        merged = await meanwhile.save(desk, changes, form, _fields)
    except (ValidationError, BadRequest):
        return await _page(desk, form, desk.say(NOT_RIGHT), status_code=400)
    if merged is None:
        return desk.go("/settings/telling", notice=desk.say(SAVED))
    form, differences = merged
    return await _page(desk, form, reason_of(desk, SettingsOutdated.code), differences, status_code=409)


def _fields(settings: Settings) -> dict[str, str]:
    """What the form says of these settings, by the names of its fields."""
    told = settings.details.who_is_told
    ticked = {
        f"{_field(action)}.{way}": "yes" if getattr(told.of(action), way) else "" for action in ACTIONS for way in WAYS
    }
    return {"address": told.address, **ticked}


def _changes(fields: Mapping[str, str]) -> WhoIsToldChange:
    ticked = {_field(action): {way: fields[f"{_field(action)}.{way}"] == "yes" for way in WAYS} for action in ACTIONS}
    return WhoIsToldChange.model_validate({"address": fields["address"], **ticked})


def _field(action: Action) -> str:
    return action.value.replace("-", "_")


NAMES_OF_FIELDS = ("address", *(f"{_field(action)}.{way}" for action in ACTIONS for way in WAYS))


def _words_for(one: Difference, desk: Desk) -> tuple[str, str, str]:
    """What the field is called, what somebody else has put there, and what one's own form said."""
    if one.field == "address":
        return desk.say(ADDRESS), one.theirs or desk.say(EMPTY), one.yours or desk.say(EMPTY)
    field, _, way = one.field.partition(".")
    action = desk.say(next(words for action, words in ACTIONS.items() if _field(action) == field))
    theirs, yours = (desk.say(ON if value == "yes" else OFF) for value in (one.theirs, one.yours))
    return f"{action}: {desk.say(NAMES[way])}", theirs, yours


async def _page(
    desk: Desk,
    form: Form,
    error: str = "",
    differences: Sequence[Difference] = (),
    *,
    status_code: int = 200,
) -> Response:
    return await desk.show(
        "telling.html",
        "settings",
        status_code=status_code,
        rows=[(_field(action), words) for action, words in ACTIONS.items()],
        names=NAMES,
        shown=form.fields,
        before=meanwhile.written(form.before),
        differences=[_words_for(one, desk) for one in differences],
        own=desk.agency.email,
        version=form.version,
        error=error,
        wrong=status_code == 400,  # only the address can be: the rest are ticks
    )
