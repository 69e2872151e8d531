"""Each of the two walls holds alone: the application without the database's rules, and the rules without it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext

import httpx
import pytest

from .filling import unknown, without_secrets
from .households import Household
from .portal import Caller, Portal
from .probing import Answer, ask, hidden_from, leaks, reaches
from .routes import ENDINGS, Served, served
from .walls import confused, without_conditions, without_row_level_security, without_rule_of_account

Careless = Callable[[Household], AbstractContextManager[None]]
CARELESS = [
    pytest.param(lambda _: without_conditions(), id="statements without conditions"),
    pytest.param(confused, id="the caller taken for another"),
]


@contextlib.asynccontextmanager
async def _insured(portal: Portal) -> AsyncIterator[Caller]:
    _, token = await portal.open(portal.own)
    yield Caller("the insured", portal.own.agency, token, household=portal.own)


async def leaking(
    portal: Portal, http: httpx.AsyncClient, caller: Caller, mistake: Careless, *, walls_down: bool = False
) -> tuple[dict[str, set[str]], list[Answer]]:
    """What leaks: the words of those who are seen, by route; and all the answers."""
    found: dict[str, set[str]] = {}
    answers = []
    for target in hidden_from(caller, portal):
        for route in served(portal.door):
            # with a wall down a write would leave others' things among the caller's own
            if not reaches(caller, route) or (route.writes and (walls_down or str(route) in ENDINGS)):
                continue
            with mistake(target):
                answer = await ask(portal, http, route, caller, without_secrets(target))
            answers.append(answer)
            for house in hidden_from(caller, portal):
                if leaks(answer, [house]):
                    found.setdefault(str(route), set()).add(house.word)
    return found, answers


@pytest.mark.parametrize("mistake", CARELESS)
async def test_the_databases_rules_alone_leak_nothing(
    portal: Portal, http: httpx.AsyncClient, mistake: Careless
) -> None:
    async with _insured(portal) as caller:
        found, answers = await leaking(portal, http, caller, mistake)
    assert found == {}
    broken = [answer for answer in answers if answer.status >= 500]
    assert len(broken) < len(answers) / 10, "most statements still run, so that it is the rules that answer"


async def test_the_applications_conditions_alone_leak_nothing(portal: Portal, http: httpx.AsyncClient) -> None:
    async with _insured(portal) as caller, without_row_level_security(portal):
        found, _ = await leaking(portal, http, caller, lambda _: nullcontext(), walls_down=True)
    assert found == {}


async def test_without_the_rule_of_the_account_the_neighbours_leak_and_no_other_agency(
    portal: Portal, http: httpx.AsyncClient
) -> None:
    async with _insured(portal) as caller, without_rule_of_account(portal):
        found, _ = await leaking(portal, http, caller, lambda _: without_conditions(), walls_down=True)
    assert {"GET /api/v1/policies", "GET /api/v1/documents/{document}/content"} <= set(found)
    assert {route: seen for route, seen in found.items() if seen != {portal.neighbour.word}} == {}


async def test_with_the_rules_alone_an_insured_sees_its_own_as_ever(portal: Portal, http: httpx.AsyncClient) -> None:
    """Not less either: the rules give each insured the same rows as the conditions do."""
    async with _insured(portal) as caller:
        for route in _own_reads(portal):
            usual = await ask(portal, http, route, caller, portal.own)
            with without_conditions():
                careless = await ask(portal, http, route, caller, portal.own)
            assert (usual.status, usual.text) == (careless.status, careless.text), str(route)
            missing = await ask(portal, http, route, caller, unknown(portal.own))
            assert missing.status == 404 or not _ids(route), str(route)


@pytest.mark.parametrize("mistake", CARELESS)
async def test_without_both_everything_leaks(portal: Portal, http: httpx.AsyncClient, mistake: Careless) -> None:
    """The negative control: these probes see a leak where there is one.

    It comes last: with both walls down even what only reads leaves others' things among one's own.
    """
    async with _insured(portal) as caller, without_row_level_security(portal):
        found, _ = await leaking(portal, http, caller, mistake, walls_down=True)
    everybody = {portal.neighbour.word, portal.stranger.word}
    for route in (
        "GET /api/v1/home",
        "GET /api/v1/policies",
        "GET /api/v1/policies/{policy}",
        "GET /api/v1/id-cards",
        "GET /api/v1/documents/{document}/content",
        "GET /{agency}/",
        "GET /{agency}/policies/{policy:uuid}",
    ):
        assert found.get(route) == everybody, route


def _own_reads(portal: Portal) -> list[Served]:
    paths = ("/api/v1/home", "/api/v1/policies", "/api/v1/policies/{policy}", "/api/v1/documents/{document}/content")
    found = [route for route in served(portal.door) if route.method == "GET" and route.path in paths]
    assert len(found) == len(paths)
    return found


def _ids(route: Served) -> bool:
    return any(name != "agency" for name in route.names)
