"""Generated requests after the OpenAPI document, by two identities: no failure of ours, nothing of anybody else's."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
import schemathesis
import schemathesis.generation.dictionaries  # these else are loaded deep inside a campaign, where CPython 3.11 cannot
import schemathesis.transport.asgi
import schemathesis.transport.wsgi
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from gateway.api.application import describe
from kit.admin import start_web
from ops.stack.ports import free_port

from .filling import IDS
from .households import Household, text_of
from .portal import Portal
from .probing import hidden_from
from .walls import without_conditions, without_row_level_security

EXAMPLES = 10  # for each operation; `--campaign 100` makes it a hundred times as many
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
OF_A_FAILURE = (
    "traceback (most recent",
    'file "/',
    "asyncpg.",
    "sqlalchemy",
    "pydantic_core",
    "select ",
    "nats.errors",
)
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@pytest.fixture
async def address(portal: Portal) -> AsyncIterator[str]:
    """The gateway's address: over a real connection, since its own server reads what was sent first."""
    listen = f"127.0.0.1:{free_port()}"
    async with contextlib.AsyncExitStack() as stack:
        await start_web(stack, portal.door, listen)
        yield f"http://{listen}"


async def test_generated_requests_find_nothing(portal: Portal, address: str, request: pytest.FixtureRequest) -> None:
    examples = int(EXAMPLES * request.config.getoption("--campaign"))
    problems: list[str] = []
    for found in from_dict(describe(portal.door._api)).get_all_operations():
        problems += await asked(portal, address, found.ok(), examples)
    assert problems == []


async def test_it_would_find_a_leak_and_a_failure(
    portal: Portal, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    operations = {one.ok().label: one.ok() for one in from_dict(describe(portal.door._api)).get_all_operations()}
    async with without_row_level_security(portal):
        with without_conditions():
            leaking = await asked(portal, address, operations["GET /api/v1/policies/{policy}"], 20)
    assert any("leaks" in problem for problem in leaking)

    async def broken(_: object) -> None:
        raise LookupError("SELECT something")

    monkeypatch.setattr("gateway.views.home.compose", broken)
    failing = await asked(portal, address, operations["GET /api/v1/home"], 5)
    assert any("ServerError" in problem for problem in failing)


@pytest.mark.parametrize(
    "fault", [SystemError("AST constructor recursion depth mismatch"), LookupError("lost")], ids=repr
)
@pytest.mark.parametrize("times", [1, 2, 30], ids="{} times".format)
async def test_only_a_fault_of_the_parser_is_tried_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, fault: Exception, times: int
) -> None:
    operation = next(one.ok() for one in from_dict(describe(portal.door._api)).get_all_operations())
    faults = [fault] * times
    done: list[object] = []

    def ask(self: Campaign, *arguments: object) -> None:
        if faults:
            raise faults.pop()
        done.append(arguments)

    monkeypatch.setattr(Campaign, "_ask", ask)
    household = portal.callers["the insured"].household
    assert household is not None
    campaign = Campaign(operation, "", [("", [household])], EXAMPLES)
    if isinstance(fault, SystemError) and times < 30:
        await asyncio.to_thread(campaign.run)
        assert done
    else:
        with pytest.raises((type(fault), FlakyFailure)):
            await asyncio.to_thread(campaign.run)


async def asked(portal: Portal, address: str, operation: Any, examples: int) -> list[str]:
    """What is wrong with an operation, asked by two identities that could have a session for it."""
    names = ("the insured", "an insured of another agency")
    if "{agency}" in operation.path and operation.definition.raw.get("security") != []:
        names = ("staff", "staff of another agency")
    identities = []
    for caller in (portal.callers[name] for name in names):
        token = caller.token
        if caller.household is not None:  # one of its own for each operation, since some end it
            _, token = await portal.open(caller.household)
        identities.append((token, hidden_from(caller, portal)))
    campaign = Campaign(operation, address, identities, examples)
    await asyncio.to_thread(campaign.run)
    return campaign.problems


class Campaign:
    """One operation, asked again and again with what its schema allows and with what it does not."""

    def __init__(
        self, operation: Any, address: str, identities: list[tuple[str, list[Household]]], examples: int
    ) -> None:
        self.problems: list[str] = []
        self._operation = operation
        self._address = address
        self._identities = identities
        self._examples = examples
        self._random = random.Random(str(operation.label))
        self._session = requests.Session()

    def run(self) -> None:
        """Asks; what is wrong is in `problems`."""
        cases = st.one_of(*(self._operation.as_strategy(generation_mode=mode) for mode in MODES))

        @settings(
            max_examples=self._examples,
            deadline=None,
            database=None,
            derandomize=self._examples == EXAMPLES,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=cases, identity=st.sampled_from(self._identities), others=st.integers(0, 2))
        def ask(case: Any, identity: tuple[str, list[Household]], others: int) -> None:
            token, hidden = identity
            if others:
                for place in (case.path_parameters, case.body):
                    _aim(place, hidden[others % len(hidden)])
            self._ask(case, token, hidden)

        with self._session:
            try:
                ask()
            except (SystemError, FlakyFailure) as fault:
                if not _is_of_the_parser(fault):
                    raise
                ask()

    def _ask(self, case: Any, token: str, hidden: list[Household]) -> None:
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Forwarded-For": f"198.51.{self._random.randrange(250)}.{self._random.randrange(250)}",
        }
        try:
            response = case.call(base_url=self._address, session=self._session, headers=headers, timeout=20)
        except (UnicodeError, requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL):
            return  # nothing that can be sent
        text = text_of(response.content)
        said = f"{case.method} {case.formatted_path} {case.body!r:.200} → {response.status_code}"
        for check in CHECKS:
            try:
                case.validate_response(response, checks=[check])
            except FailureGroup as found:
                self.problems += [f"{said}: {type(one).__name__} {one!s:.400}" for one in found.exceptions]
        if response.status_code >= 400:
            self.problems += [f"{said} tells {word!r}" for word in OF_A_FAILURE if word in text]
        asked = f"{case.path_parameters} {case.query} {case.body}".lower()
        canaries = {canary for other in hidden for canary in other.canaries()}
        self.problems += [f"{said} leaks {one}" for one in canaries if one in text and one not in asked]


def _is_of_the_parser(fault: SystemError | FlakyFailure) -> bool:
    """Whether CPython 3.11 has parsed in two threads at once and lost count of its depth (gh-106905)."""
    return isinstance(fault, SystemError) or fault.split(SystemError)[1] is None


def _aim(place: Any, house: Household) -> None:
    """Puts somebody else's ids where ids belong."""
    if not isinstance(place, dict):
        return
    for name in set(place) & set(IDS) - {"sign_in"}:
        place[name] = str(IDS[name](house))
