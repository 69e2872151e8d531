"""The agency's settings: its record, its dress, its languages, how its clients sign in, when its data is old."""

from collections.abc import Sequence
from re import compile as pattern
from zoneinfo import available_timezones

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.settings import GetSettings, Settings, SettingsOutdated
from contracts.kinds import BadRequest, NotFound
from gateway.brand import roles

from . import meanwhile, settings_form
from .desk import Desk
from .meanwhile import Difference, Form
from .words import reason_of

SAVED = "The settings are saved."
NOT_RIGHT = "Please check what is marked."
COLOR = pattern(r"[0-9a-f]{6}")
ZONES = tuple(zone for zone in sorted(available_timezones()) if zone.startswith(("America/", "Pacific/", "US/")))


async def show(desk: Desk) -> Response:
    """Everything as it is now."""
    settings = await desk.ask(GetSettings())
    fields = _fields_of(settings)
    return await _page(desk, Form(fields, fields, settings.version))


async def change(desk: Desk) -> Response:
    """Saves what was typed, or shows the dress in another colour without saving.

    What somebody else has changed since the page was opened is not written over: it is shown beside what was typed.
    """
    sent = desk.form()
    form = meanwhile.sent_with(sent, settings_form.typed_in(sent))
    if sent.get("do") == "preview":
        return await _page(desk, form)
    try:
        merged = await meanwhile.save(desk, settings_form.changes_of(form.fields), form, _fields_of)
    except ValidationError as error:
        wrong = {str(place) for problem in error.errors() for place in problem["loc"]}
        return await _page(desk, form, desk.say(NOT_RIGHT), wrong)
    except BadRequest as refusal:
        wrong = set(str(refusal.facts.get("pointer", "")).split("/"))
        return await _page(desk, form, desk.say(NOT_RIGHT), wrong)
    if merged is None:
        return desk.go("/settings", notice=desk.say(SAVED))
    form, differences = merged
    return await _page(desk, form, reason_of(desk, SettingsOutdated.code), differences=differences)


async def preview(desk: Desk) -> Response:
    """A colour's roles for the preview alone."""
    color = desk.request.query_params.get("color", "").lower()
    if not COLOR.fullmatch(color):
        raise NotFound
    body = ";".join(f"--{role}:{value}" for role, value in roles(f"#{color}").items())
    return Response(f".preview{{{body}}}\n", media_type="text/css")


def _fields_of(settings: Settings) -> dict[str, str]:
    return settings_form.fields_of(settings.details)


async def _page(
    desk: Desk, form: Form, error: str = "", wrong: set[str] | None = None, differences: Sequence[Difference] = ()
) -> Response:
    details = (await desk.ask(GetSettings())).details
    color = form.fields["brand_color"].lstrip("#").lower()
    zone = form.fields["time_zone"]
    return await desk.show(
        "settings.html",
        "settings",
        status_code=409 if error else 200,
        shown={**settings_form.fields_of(details), **form.fields},
        version=form.version,
        before=meanwhile.written(form.before),
        differences=[_words_for(one, desk) for one in differences],
        words=settings_form,
        google=details.google,
        color=color if COLOR.fullmatch(color) else details.brand_color.lstrip("#").lower(),
        zones=ZONES if zone in ZONES else (zone, *ZONES),
        error=error,
        wrong=wrong or set(),
        first=settings_form.first_of(wrong or ()),
    )


def _words_for(one: Difference, desk: Desk) -> tuple[str, str, str]:
    """What the field is called, what somebody else has put there, and what one's own form said."""
    theirs, yours = (settings_form.words_for(one.field, value, desk.say) for value in (one.theirs, one.yours))
    return settings_form.label_of(one.field, desk.say), theirs, yours
