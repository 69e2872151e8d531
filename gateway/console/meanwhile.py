"""What somebody else has saved while a form was being filled in: theirs in the form, one's own beside it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from contracts.identity.settings import ChangeSettings, GetSettings, Settings, SettingsChange, SettingsOutdated
from gateway.refusals import FormRefused

from .desk import Desk

TIMES = 3  # that a form is sent, where others have just changed settings that it does not have
Fields = Mapping[str, str]  # of a form, by name


@dataclass(frozen=True)
class Form:
    """A form as it is shown: what is typed, and the settings that it was made from, which it brings back."""

    fields: Fields
    before: Fields
    version: int


@dataclass(frozen=True)
class Difference:
    """A field that somebody else has changed, and that holds something else in one's own form."""

    field: str
    theirs: str
    yours: str


Merged = tuple[Form, Sequence[Difference]]


def sent_with(sent: Mapping[str, str], typed: Fields) -> Form:
    """The form that has come back; raises FormRefused where it is none of ours."""
    try:
        return Form(typed, read(sent.get("before", "")), int(sent["version"]))
    except (KeyError, ValueError):
        raise FormRefused from None


async def save(
    desk: Desk, changes: SettingsChange, form: Form, fields_of: Callable[[Settings], Fields]
) -> Merged | None:
    """Saves the changes that a form says; returns nothing then.

    Where somebody else has changed something of it meanwhile nothing is saved: returns the form with their changes,
    and where these are not what was typed.
    """
    version = form.version
    for _time in range(TIMES):
        try:
            await desk.ask(ChangeSettings(changes=changes, version=version, browser=desk.browser))
        except SettingsOutdated:
            settings = await desk.ask(GetSettings())
            now, version = fields_of(settings), settings.version
            merged, differences = put_together(form.before, form.fields, now)
            if differences:
                return Form(merged, now, version), differences
        else:
            return None
    return form, ()


def put_together(before: Fields, typed: Fields, now: Fields) -> tuple[dict[str, str], list[Difference]]:
    """The form with what others have changed since it was made from `before`, and where that is not what was typed.

    What they have left alone stays as it was typed. Nothing that differs means that all may be saved as it is.
    """
    theirs = {name: value for name, value in now.items() if name in typed and before.get(name) != value}
    differences = [Difference(name, value, typed[name]) for name, value in theirs.items() if typed[name] != value]
    return {**typed, **theirs}, differences


def written(fields: Fields) -> str:
    """The fields as the form carries them until it is sent."""
    return json.dumps(fields, ensure_ascii=False)


def read(text: str) -> dict[str, str]:
    """What `written` wrote; nothing of anything else, so that every difference counts as somebody else's."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
