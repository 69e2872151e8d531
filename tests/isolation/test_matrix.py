"""Every route, asked by everybody with everybody's ids: nobody learns of anyone else, not even that there is one."""

from dataclasses import replace

import httpx
import pytest

from . import filling, own_things
from .filling import swapped, unknown, without_secrets
from .households import Household
from .portal import Caller, Portal
from .probing import Answer, ask, hidden_from, leaks, reaches, rows_of, told
from .routes import ENDINGS, Served, served

ATTACKERS = (
    "the insured",
    "an insured of another agency",
    "a read-only view",
    "a session without an account",
    "a session that has ended",
    "nobody",
    "staff of another agency",
    "a system of another agency",
)
# API routes whose answer to an id that is not the caller's may be another refusal than 404, and why
OTHERWISE = {
    "/api/v1/{agency}/sign-in/{sign_in}/code": {410},  # a sign-in that is over and one that never was are the same
    "/api/v1/{agency}/sign-in/{sign_in}/verify": {410},
    "/api/v1/{agency}/sign-in/password/new": {410},
    "/api/v1/{agency}/sign-in/passkey": {401},  # nothing is proven
    "/api/v1/passkeys": {401},
    "/api/v1/requests": {400},  # a form says beside its field that this is none of one's policies, or not on it
}
# routes that select nothing by their ids, and answer everybody alike
ALIKE = {
    "POST /api/v1/{agency}/sign-in",
    "GET /{agency}/view/{impersonation:uuid}/over",
    "GET /{agency}/view/{impersonation:uuid}/language",
}
# routes that nobody's own ids open here, and why
NO_CONTROL = {
    "POST /api/v1/{agency}/sign-in/{sign_in}/code": "the sign-in has been sent as many codes as it may",
    "POST /api/v1/{agency}/sign-in/{sign_in}/verify": "takes the identification code",
    "POST /api/v1/{agency}/sign-in/password/new": "takes the identification code",
    "POST /api/v1/{agency}/sign-in/passkey": "takes a passkey's signature",
    "GET /api/v1/{agency}/contacts/{contact}/user-name": "there is none",
    "PATCH /api/v1/{agency}/contacts/{contact}": "the primary contact always has access",
    "PATCH /api/v1/{agency}/requests/{request_id}": "nobody is there to look after it",
    "POST /{agency}/console/requests/{request:uuid}/assign": "nobody is there to look after it",
    "PUT /api/v1/certificate-holders/{holder}": "another one has this name and address",
    "POST /{agency}/certificates/holders/{holder:uuid}": "another one has this name and address",
    "POST /{agency}/console/sync/{caught:uuid}": "what was caught is still wrong",
    "POST /api/v1/{agency}/quarantine/{caught}/replay": "what was caught is still wrong",
    "POST /{agency}/console/webhooks/{webhook:uuid}/secret": "its secret is none that can be opened",
    "POST /api/v1/{agency}/webhooks/{webhook}/secret": "its secret is none that can be opened",
    "GET /{agency}/view/{impersonation:uuid}/sign-in-methods/password": "there is none",
    "GET /{agency}/view/{impersonation:uuid}/sign-in-methods/passkeys/new": "writes",
    "GET /{agency}/view/{impersonation:uuid}/open/{key}": "works for a minute",
    "POST /{agency}/view/{impersonation:uuid}/open/{key}": "works once, within a minute",
}


def ids_of(route: Served) -> list[str]:
    """The names of the route's ids; a page is sent every field there is, so only its path counts."""
    fields = [name for name, _ in route.fields] if route.is_api else []
    return [name for name in (*route.names, *fields) if name != "agency" and filling.is_id(route, name)]


def own_of(caller: Caller, portal: Portal) -> Household:
    """The household whose ids are the caller's own, or of its agency; of those who have none, without its secrets."""
    if caller.household is None:
        return without_secrets(next(house for house in portal.households if house.agency == caller.agency))
    if caller.view is None:
        return caller.household
    return replace(caller.household, things={**caller.household.things, "impersonation": caller.view})


def probes(route: Served, caller: Caller, portal: Portal) -> list[tuple[str, Household, Household]]:
    """At whose address, with whose ids, and beside which ids that do not exist.

    Where the caller's session counts for nothing one household is enough (and none for a page that does not even read
    its cookie: that is what nobody asks); elsewhere all of them, at their own agency's address too, and each id alone
    among the caller's own.
    """
    hidden = hidden_from(caller, portal)
    if not reaches(caller, route):
        if not route.is_api and caller.name != "nobody":
            return []
        target = without_secrets(hidden[0])
        return [(target.agency, target, unknown(target))]
    found = []
    own = own_of(caller, portal)
    for house in hidden:
        for slug in {caller.agency, house.agency} if "agency" in route.names else {caller.agency}:
            target = without_secrets(house) if slug == house.agency else house
            found.append((slug, target, unknown(target)))
        names = list(ids_of(route))
        if len(names) > 1:
            target = without_secrets(house)
            nobody = unknown(target)
            found += [(caller.agency, swapped(own, name, target), swapped(own, name, nobody)) for name in names]
    return found


def disposal(route: Served) -> tuple[bool, ...]:
    """What takes things away comes after what needs them."""
    ends = route.method == "DELETE" or route.path.endswith(("/end", "/remove"))
    return str(route) in ENDINGS, not route.is_api, ends


def refusals(route: Served, caller: Caller) -> set[int]:
    """How a route may refuse ids that are not the caller's."""
    allowed = {404} | OTHERWISE.get(route.path, set())
    if caller.name == "a session without an account" or not reaches(caller, route):
        allowed |= {401, 403}
    if (caller.read_only and route.writes) or caller.kind == "system":
        allowed |= {403}  # for the staff alone, whatever the id
    return allowed if route.is_api else allowed | {410}  # the page of a view that is over


async def test_every_name_in_every_route_can_be_filled(portal: Portal) -> None:
    routes = served(portal.door)
    assert len(routes) > 30
    unfilled = []
    for route in routes:
        for name in (*(name for name in route.names if name != "agency"), *(field for field, _ in route.fields)):
            try:
                filling.value_of(route, name, portal.own)
            except filling.Unfilled as problem:
                unfilled.append(str(problem))
    assert unfilled == []


@pytest.mark.parametrize("name", ATTACKERS)
async def test_nobody_gets_anything_of_others(portal: Portal, http: httpx.AsyncClient, name: str) -> None:
    caller = portal.callers[name]
    before = await rows_of(portal, [portal.neighbour])
    problems: list[str] = []
    for route in served(portal.door):
        if str(route) in ENDINGS and caller.token:
            continue  # the session is still needed
        for slug, theirs, nobodys in probes(route, caller, portal):
            answer = await ask(portal, http, route, caller, theirs, slug)
            if found := leaks(answer, hidden_from(caller, portal)):
                problems.append(f"{told(route, caller, theirs, answer)} leaks {found}")
            if ids_of(route) and str(route) not in ALIKE:
                if not reaches(caller, route) and answer.status in (401, 403):
                    continue
                missing = await ask(portal, http, route, caller, nobodys, slug)
                problems += judged(route, caller, theirs, answer, missing)
    assert not problems, "\n".join(problems)
    assert await rows_of(portal, [portal.neighbour]) == before


def judged(route: Served, caller: Caller, target: Household, answer: Answer, missing: Answer) -> list[str]:
    """What is wrong with an answer to somebody else's ids, beside the answer to ids that do not exist."""
    problems = []
    if answer.shape != missing.shape:
        problems.append(f"{told(route, caller, target, answer)} differs from {told(route, caller, target, missing)}")
    if answer.status not in refusals(route, caller) and not answer.to_sign_in:
        problems.append(told(route, caller, target, answer))
    return problems


async def test_with_its_own_ids_somebody_gets_in_by_each_route(portal: Portal, http: httpx.AsyncClient) -> None:
    """The positive control: a matrix of refusals proves nothing where the ids were filled in wrongly."""
    shut: list[str] = []
    for route in sorted(served(portal.door), key=disposal):
        if not ids_of(route) or str(route) in NO_CONTROL:
            continue
        answers: list[str] = []
        for name in ("the insured", "staff", "a read-only view"):
            caller = portal.callers[name]
            if not reaches(caller, route):
                continue
            caller = await portal.fresh(caller)
            own = own_of(caller, portal)
            if route.writes:  # what is its own may have been ended on the way here
                own = replace(own, session=(await portal.open(portal.own))[0], things=dict(own.things))
                await own_things.make(portal.logins["identity"], own, but={"desk"})
                await own_things.make_holder(portal.logins["policy"], own)
                await own_things.make_feed(portal.logins["policy"], own)
            answer = await ask(portal, http, route, caller, own)
            if answer.status < 400 and not answer.to_sign_in:
                break
            answers.append(told(route, caller, own, answer))
        else:
            shut += answers or [str(route)]
    assert not shut, "\n".join([*shut, "say in NO_CONTROL why nobody gets in, or mend tests/isolation/filling.py"])


@pytest.mark.parametrize("name", ["the insured", "staff"])
async def test_fields_that_a_body_should_not_have_change_nothing(
    portal: Portal, http: httpx.AsyncClient, name: str
) -> None:
    """Mass assignment: who asks is the session's word alone, whatever else a body says."""
    others = [portal.neighbour, portal.stranger] if name == "the insured" else [portal.stranger]
    before = await rows_of(portal, others)
    problems = []
    caller = await portal.fresh(portal.callers[name])
    who = await _me(http, caller)
    nobody = unknown(portal.own)
    for number, route in enumerate(served(portal.door)):
        if not route.is_api or not route.media or not reaches(caller, route):
            continue
        target = others[number % len(others)]
        usual = await ask(portal, http, route, caller, nobody)
        answer = await ask(portal, http, route, caller, nobody, extra=smuggled(route, target))
        if found := leaks(answer, others):
            problems.append(f"{told(route, caller, target, answer)} leaks {found}")
        if answer.status not in (usual.status, 400, 409, 422, 429):
            problems.append(f"{told(route, caller, target, answer)} and without the fields {usual.status}")
        if await _me(http, caller) != who:
            problems.append(f"{route} changed who asks")
    assert not problems, "\n".join(problems)
    assert await rows_of(portal, others) == before


def smuggled(route: Served, target: Household) -> dict[str, object]:
    """Fields that would make somebody else of the caller, without those that the route really has."""
    wanted = {
        "account": str(target.account),
        "account_id": str(target.account),
        "agency": target.agency,
        "agency_id": str(target.agency_id),
        "contact": str(target.contact),
        "sub": str(target.contact),
        "sid": str(target.session),
        "principal": target.token,
        "access": True,
        "read_only": False,
        "kind": "staff",
        "role": "admin",
        "scopes": ["agency:admin"],
        "browser": {"address": "203.0.113.99"},
    }
    known = {field.partition(".")[0] for field, _ in route.fields}
    return {field: value for field, value in wanted.items() if field not in known}


async def _me(http: httpx.AsyncClient, caller: Caller) -> object:
    answer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {caller.token}"})
    return answer.status_code, {**answer.json(), "trace": ""}
