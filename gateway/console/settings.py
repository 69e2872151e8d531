"""The agency's settings: its record, its dress, its languages, how its clients sign in, when its data is old."""

from collections.abc import Mapping
from re import compile as pattern
from typing import Any
from zoneinfo import available_timezones

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.settings import ChangeSettings, GetSettings, Settings, SettingsChange, SettingsOutdated
from contracts.kinds import BadRequest, NotFound
from gateway.brand import roles
from gateway.refusals import FormRefused

from .desk import Desk
from .words import reason_of

SAVED = "The settings are saved."
TEXTS = (
    *("name", "phone", "email", "website", "street", "city", "state", "postal_code"),
    *("hours", "time_zone", "feed_hours"),
)
CHOICES = ("disclosure", "gmail", "google_accounts", "passkeys")
SWITCHES = ("passwords", "remembered_devices")
NOT_RIGHT = "Please check what is marked."
COLOR = pattern(r"[0-9a-f]{6}")
ZONES = tuple(zone for zone in sorted(available_timezones()) if zone.startswith(("America/", "Pacific/", "US/")))


async def show(desk: Desk) -> Response:
    """Everything as it is now."""
    settings = await desk.ask(GetSettings())
    return await _page(desk, settings, settings.details.model_dump(mode="json"))


async def change(desk: Desk) -> Response:
    """Saves what was typed, or shows the dress in another colour without saving."""
    form = desk.form()
    typed = _typed(form)
    settings = await desk.ask(GetSettings())
    shown = {**settings.details.model_dump(mode="json"), **typed}
    shown["sign_in"] = {**settings.details.sign_in.model_dump(mode="json"), **typed["sign_in"]}
    if form.get("do") == "preview":
        return await _page(desk, settings, shown)
    try:
        version = int(form["version"])
    except (KeyError, ValueError):
        raise FormRefused from None
    try:
        wanted = ChangeSettings(changes=SettingsChange(**typed), version=version, browser=desk.browser)
        await desk.ask(wanted)
    except ValidationError as error:
        wrong = {str(place) for problem in error.errors() for place in problem["loc"]}
        return await _page(desk, settings, shown, desk.say(NOT_RIGHT), wrong)
    except BadRequest as refusal:
        wrong = set(str(refusal.facts.get("pointer", "")).split("/"))
        return await _page(desk, settings, shown, desk.say(NOT_RIGHT), wrong)
    except SettingsOutdated as refusal:
        return await _page(desk, settings, shown, reason_of(desk, refusal.code))
    return desk.go("/settings", notice=desk.say(SAVED))


async def preview(desk: Desk) -> Response:
    """A colour's roles for the preview alone."""
    color = desk.request.query_params.get("color", "").lower()
    if not COLOR.fullmatch(color):
        raise NotFound
    body = ";".join(f"--{role}:{value}" for role, value in roles(f"#{color}").items())
    return Response(f".preview{{{body}}}\n", media_type="text/css")


def _typed(form: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the form as the settings name them."""
    typed: dict[str, Any] = {name: form.get(name, "").strip() for name in TEXTS}
    typed["state"] = typed["state"].upper()
    typed["brand_color"] = form.get("brand_color", "").lower()
    typed["default_language"] = form.get("default_language", "")
    typed["languages"] = tuple(language for language in ("en", "es") if form.get(f"language_{language}"))
    typed["portal_open"] = form.get("portal_open") == "yes"
    typed["sign_in"] = {name: form[name] for name in CHOICES if name in form}
    typed["sign_in"] |= {name: form.get(name) == "yes" for name in SWITCHES}
    return typed


async def _page(
    desk: Desk, settings: Settings, shown: dict[str, Any], error: str = "", wrong: set[str] | None = None
) -> Response:
    color = str(shown["brand_color"]).lstrip("#").lower()
    color = color if COLOR.fullmatch(color) else settings.details.brand_color.lstrip("#").lower()
    return await desk.show(
        "settings.html",
        "settings",
        status_code=409 if error else 200,
        shown=shown,
        version=settings.version,
        google=settings.details.google,
        color=color,
        zones=ZONES if shown["time_zone"] in ZONES else (shown["time_zone"], *ZONES),
        error=error,
        wrong=wrong or set(),
    )
