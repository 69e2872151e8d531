"""Asking the agency for something: choosing what, for which policy, and the form."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from starlette.responses import Response

from contracts.identity.contacts import Me
from contracts.kinds import BadRequest, Broken, NotFound, Unavailable
from contracts.policy.acknowledgement import TEXTS, VERSION
from contracts.policy.policies import Policy, PolicySummary
from contracts.policy.requests import AcknowledgementNeeded, LooksWrong, MakeRequest, SentBefore, TooManyRequests
from gateway.requests import forms, words
from gateway.views import requests
from gateway.visit import Visit

SENT = "Your request is on its way to {agency}. No coverage is changed until the agency confirms."
CHECK = "Please check what is marked."
LOOK_AGAIN = "Please look at what is marked once more. If it is right, send it as it is."


async def choose(visit: Visit) -> Response:
    """What can be asked for."""
    me, policies = await requests.policies_with_me(visit.ask)
    groups = [(title, [kind for kind in kinds if requests.offered(kind, policies)]) for title, kinds in words.GROUPS]
    policy = _chosen(visit.request.query_params.get("policy", ""), policies)
    return visit.render(
        "request_kinds.html",
        me,
        "requests",
        groups=[group for group in groups if group[1]],
        words=words,
        needs_policy=forms.ON_A_POLICY,
        policy=policy,
    )


async def fill_in(visit: Visit) -> Response:
    """The form of a kind; before it the choice of the policy, where there are several and the form needs one."""
    kind = _kind(visit.request.path_params["kind"])
    me, policies = await requests.policies_with_me(visit.ask)
    policy = _chosen(visit.request.query_params.get("policy", ""), policies)
    if kind in forms.NEEDS_POLICY and policy is None:
        fitting = requests.fitting(kind, policies)
        if len(fitting) != 1:
            return visit.render("request_policy.html", me, "requests", kind=kind, words=words, policies=fitting)
        policy = fitting[0]
    typed: dict[str, Any] = {"kind": kind, "policy": str(policy.id) if policy else ""}
    return await _form(visit, me, policies, typed)


async def send(visit: Visit) -> Response:
    """Sends the form; whatever is wrong with it, it comes back as it was filled in."""
    sent = visit.form()
    kind = _kind(sent.get("kind", ""))
    me, policies = await requests.policies_with_me(visit.ask)
    typed = forms.read(kind, sent)
    acknowledged = sent.get("acknowledged", "") == VERSION
    shown: dict[str, Any] = {"submission": _submission(sent), "acknowledged": acknowledged}
    problems: dict[str, str] = {}
    try:
        form = forms.model_of(typed)
    except ValidationError as error:
        problems = forms.problems_of(kind, error)
    if problems or not acknowledged:
        return await _form(visit, me, policies, typed, 400, problems=problems, error=visit.say(CHECK), **shown)
    wanted = MakeRequest(
        submission=shown["submission"],
        form=form.model_dump(),  # by its kind it becomes the same form again
        acknowledged=sent["acknowledged"],
        language=visit.language,
        certain=sent.get("certain", "") == forms.doubts(typed),
    )
    try:
        made = await visit.ask(wanted)
    except BadRequest as refusal:
        problems = forms.refused(refusal)
        return await _form(visit, me, policies, typed, 400, problems=problems, error=visit.say(CHECK), **shown)
    except LooksWrong as doubt:
        found = {str(name): str(what) for name, what in doubt.facts.get("warnings", {}).items()}
        return await _form(visit, me, policies, typed, 409, warnings=found, error=visit.say(LOOK_AGAIN), **shown)
    except SentBefore as refusal:
        return visit.go(f"/requests/{UUID(str(refusal.facts['request']))}", notice=visit.say(refusal.title))
    except (AcknowledgementNeeded, TooManyRequests, Unavailable, Broken) as refusal:
        return await _form(visit, me, policies, typed, refusal.status, error=visit.say(refusal.title), **shown)
    return visit.go(f"/requests/{made.id}", notice=visit.say(SENT, agency=visit.agency.name))


async def _form(
    visit: Visit,
    me: Me,
    policies: list[PolicySummary],
    typed: Mapping[str, Any],
    status_code: int = 200,
    *,
    problems: Mapping[str, str] | None = None,
    warnings: Mapping[str, str] | None = None,
    error: str = "",
    submission: UUID | None = None,
    acknowledged: bool = False,
) -> Response:
    kind = typed["kind"]
    policy = _chosen(typed.get("policy", ""), policies)
    return visit.render(
        "request_form.html",
        me,
        "requests",
        status_code=status_code,
        kind=kind,
        sections=forms.SECTIONS[kind],
        is_required=forms.is_required,
        words=words,
        typed=typed,
        problems=problems or {},
        warnings=warnings or {},
        certain=forms.doubts(typed) if warnings else "",
        error=error,
        submission=submission or uuid4(),
        acknowledged=acknowledged,
        acknowledgement=TEXTS[VERSION][visit.language],
        version=VERSION,
        policy=policy,
        book=await _book(visit, kind, policy),
        policies=policies if kind in forms.ON_A_POLICY - forms.NEEDS_POLICY else [],
    )


async def _book(visit: Visit, kind: str, policy: PolicySummary | None) -> Policy | None:
    """The policy in full, where the form lets one choose of its vehicles or drivers."""
    choosing = any(field.widget in ("vehicle", "driver") for field in forms.fields_of(kind))
    return await requests.policy_of(visit.ask, policy.id) if policy and choosing else None


def _chosen(wanted: str, policies: list[PolicySummary]) -> PolicySummary | None:
    return next((policy for policy in policies if str(policy.id) == wanted), None)


def _kind(kind: str) -> str:
    if kind not in forms.SECTIONS:
        raise NotFound
    return kind


def _submission(sent: Mapping[str, str]) -> UUID:
    try:
        return UUID(sent.get("submission", ""))
    except ValueError:
        return uuid4()
