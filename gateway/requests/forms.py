"""A form that was filled in: read from the page, and what is wrong with it, beside each field."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from contracts.kinds import BadRequest
from contracts.policy.request_forms import FORMS, Form

from . import fields, proofs
from .fields import Field

SECTIONS = {**fields.FIELDS, **proofs.FIELDS}
ON_A_POLICY = frozenset(kind for kind, form in FORMS.items() if form.model_fields.get("policy", None) is not None)
NEEDS_POLICY = frozenset(kind for kind in ON_A_POLICY if FORMS[kind].model_fields["policy"].is_required())
DOUBTED = ("vin", "effective_on", "needed_on")  # what the owner may find odd and the sender may insist on
# the widgets whose own words say what is wrong with a text that does not fit
OWN_WORDS = ("state", "zip", "email", "vin", "date", "number", "choice", "checks")


def fields_of(kind: str) -> Iterator[Field]:
    """Every field of a form in its order."""
    for _, section in SECTIONS[kind]:
        yield from section


def is_required(kind: str, name: str) -> bool:
    """Whether a form cannot be sent without this field."""
    return FORMS[kind].model_fields[name].is_required()


def read(kind: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, by field; checks are the list of what was ticked."""
    typed: dict[str, Any] = {"kind": kind}
    if kind in ON_A_POLICY:
        typed["policy"] = form.get("policy", "")[:40]
    for field in fields_of(kind):
        if field.widget == "checks":
            typed[field.name] = [value for value, _ in field.options if form.get(f"{field.name}_{value}")]
        else:
            # browsers end lines as mail does, and count them as one character
            typed[field.name] = form.get(field.name, "").replace("\r\n", "\n").strip()
    return typed


def model_of(typed: Mapping[str, Any]) -> Form:
    """The form as it is sent: what was left empty is left out; raises ValidationError."""
    given = {name: value for name, value in typed.items() if value not in ("", [])}
    return FORMS[typed["kind"]].model_validate(given)


def filled_in(form: Mapping[str, Any]) -> dict[str, Any]:
    """What a form that was sent says, days as days; without what was left empty."""
    try:
        given = FORMS[form["kind"]].model_validate(form).model_dump()
    except ValidationError:  # one of an earlier release, whose fields were others
        given = dict(form)
    return {name: value for name, value in given.items() if value not in (None, "", ())}


def problems_of(kind: str, error: ValidationError) -> dict[str, str]:
    """What is wrong, by field: keys of words.PROBLEMS."""
    widgets = {field.name: field.widget for field in fields_of(kind)}
    found: dict[str, str] = {}
    for one in error.errors():
        name = str(one["loc"][0]) if one["loc"] else ""
        found.setdefault(name, _problem(one["type"], widgets.get(name, "policy")))
    return found


def refused(refusal: BadRequest) -> dict[str, str]:
    """The same for what the owner of requests refuses."""
    name = str(refusal.facts.get("pointer", "")).rpartition("/")[2]
    return {name: str(refusal.facts.get("reason", "form"))}


def doubts(typed: Mapping[str, Any]) -> str:
    """What the sender insists on by sending it again: other values are looked at anew."""
    return "|".join(str(typed.get(name, "")) for name in DOUBTED)


def _problem(kind: str, widget: str) -> str:
    if kind == "missing":
        return {"choice": "choice", "checks": "choices", "vehicle": "choice", "driver": "choice"}.get(widget, "missing")
    if widget == "policy":
        return "policy"
    if kind == "string_too_long":
        return "long"
    if kind in ("greater_than_equal", "less_than_equal"):
        return "range"
    return {"checks": "choices"}.get(widget, widget) if widget in OWN_WORDS else "form"
