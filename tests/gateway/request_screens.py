"""The templates of requests in each of their states, with the values that they get."""

from typing import Any
from uuid import UUID

from contracts.policy.acknowledgement import TEXTS, VERSION
from gateway.requests import forms, words

from .portal_samples import AUTO, LOOK, POLICY, POLICY_LIST, me
from .request_samples import LIST, NONE, RECORD, SETTLED, VEHICLE

PIECES = {"request_field.html", "request_parts.html"}
TAB = {"tab": "requests"}
VIEWED = {**TAB, "me": me(read_only=True), "view": LOOK}
PAGE = {"list": LIST, "status": "all", "words": words, "further": False}
ONE: dict[str, Any] = {
    "request": RECORD,
    "sections": forms.SECTIONS["vehicle-add"],
    "filled_in": forms.filled_in(VEHICLE),
    "words": words,
    "text": "",
    "error": "",
    "submission": UUID(int=5),
}
KINDS: dict[str, Any] = {
    "groups": words.GROUPS,
    "words": words,
    "needs_policy": forms.ON_A_POLICY,
    "policy": None,
}


def form(kind: str, **changes: Any) -> dict[str, Any]:
    """The values of a form's page."""
    needs = kind in forms.NEEDS_POLICY
    return {
        "kind": kind,
        "sections": forms.SECTIONS[kind],
        "is_required": forms.is_required,
        "words": words,
        "typed": {"kind": kind, **({"policy": str(AUTO["id"])} if kind in forms.ON_A_POLICY else {})},
        "problems": {},
        "warnings": {},
        "certain": "",
        "error": "",
        "submission": UUID(int=5),
        "acknowledged": False,
        "acknowledgement": TEXTS[VERSION]["en"],
        "version": VERSION,
        "policy": POLICY if needs else None,
        "book": POLICY if any(field.widget in ("vehicle", "driver") for field in forms.fields_of(kind)) else None,
        "policies": POLICY_LIST.items if kind in forms.ON_A_POLICY and not needs else [],
        **changes,
    }


WRONG: dict[str, Any] = {
    "problems": {"year": "number", "make": "missing", "ownership": "choice", "garaging_zip": "zip", "policy": "policy"},
    "warnings": {"vin": "vin_wrong"},
    "error": "Please check what is marked.",
    "typed": {**VEHICLE, "year": "soon", "make": "", "ownership": "", "garaging_zip": "ABC"},
}
SCREENS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "requests": ("requests.html", TAB, PAGE),
    "requests-none": ("requests.html", TAB, {**PAGE, "list": NONE}),
    "requests-viewed": ("requests.html", VIEWED, {**PAGE, "further": True}),
    "request": ("request.html", TAB, ONE),
    "request-refused": ("request.html", TAB, {**ONE, "text": "x", "error": "Please write something."}),
    "request-settled": ("request.html", TAB, {**ONE, "request": SETTLED}),
    "request-viewed": ("request.html", VIEWED, ONE),
    "request-kinds": ("request_kinds.html", TAB, KINDS),
    "request-kinds-of-policy": ("request_kinds.html", TAB, {**KINDS, "policy": POLICY}),
    "request-policy": (
        "request_policy.html",
        TAB,
        {"kind": "vehicle-add", "words": words, "policies": POLICY_LIST.items},
    ),
    "request-policy-none": ("request_policy.html", TAB, {"kind": "vehicle-add", "words": words, "policies": []}),
    **{f"request-form-{kind}": ("request_form.html", TAB, form(kind)) for kind in forms.SECTIONS},
    "request-form-wrong": ("request_form.html", TAB, form("vehicle-add", **WRONG)),
    "request-form-wrong-wording": (
        "request_form.html",
        TAB,
        form("certificate-wording", problems={"wording": "choices"}, error="Please check what is marked."),
    ),
    "request-form-doubted": (
        "request_form.html",
        TAB,
        form("vehicle-add", typed=VEHICLE, warnings={"vin": "vin_wrong"}, error="Once more.", acknowledged=True),
    ),
    "request-form-viewed": ("request_form.html", VIEWED, form("general")),
}
