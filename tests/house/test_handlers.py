"""Handlers and contracts say the same: what is declared is handled by its owner, and nothing else is."""

import ast
import re
from importlib import import_module

import pytest

from contracts import ams
from contracts.feed_health import GetHealth
from contracts.held_removals import CarryOut, DecideHeld, ListHeld
from contracts.kinds import PROCESSES, Event, Job, Request
from contracts.quarantine import GetCaught, ListCaught, ReplayCaught
from contracts.streams import messages
from kit import feed_desk
from kit.bus import Service

from .tree import ROOT, syntax

LONGEST = 15  # lines of a handler
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b|\.(driver|connection)\b")
SERVICES = tuple(process for process in PROCESSES if process != "gateway")
OF_THE_DESK = (GetHealth, ListCaught, GetCaught, ReplayCaught, ListHeld, DecideHeld, CarryOut)


def service_of(process: str) -> Service:
    service = import_module(f"services.{process}.handlers").service
    assert isinstance(service, Service)
    return service


@pytest.mark.parametrize("process", SERVICES)
def test_every_message_has_its_handler_in_its_owner_and_no_other(process: str) -> None:
    service = service_of(process)
    assert service.name == process
    owned = [message for message in messages() if message.owner == process]
    assert set(service.answered) == {message for message in owned if issubclass(message, Request)}
    assert set(service.done) == {message for message in owned if issubclass(message, Job)}


@pytest.mark.parametrize("process", SERVICES)
def test_every_event_is_heard_by_those_that_contracts_name(process: str) -> None:
    declared = {message for message in messages() if issubclass(message, Event) and process in message.heard_by}
    assert set(service_of(process).heard) == declared


@pytest.mark.parametrize("process", SERVICES)
def test_who_hears_the_feed_applies_it(process: str) -> None:
    assert (service_of(process).synced is not None) == (process in ams.HEARD_BY)


@pytest.mark.parametrize("process", SERVICES)
def test_handlers_belong_to_the_table_of_contents(process: str) -> None:
    service = service_of(process)
    handlers = [*service.answered.values(), *service.done.values(), *service.heard.values()]
    if service.synced is not None:
        handlers.append(service.synced)
    table = f"services.{process}.handlers"
    desk = {**service.answered, **service.done}.items()
    shared = [handler for message, handler in desk if issubclass(message, OF_THE_DESK)]
    assert {handler.__module__ for handler in shared} <= {feed_desk.__name__}  # one for all who hear the feed
    for handler in handlers:
        assert handler.__doc__
        assert handler in shared or handler.__module__ == table or handler.__module__.startswith(f"{table}.")


@pytest.mark.parametrize("process", SERVICES)
def test_a_handler_is_about_ten_lines_without_any_sql(process: str) -> None:
    folder = ROOT / "services" / process
    chapters = [*folder.glob("handlers.py"), *folder.glob("handlers/*.py")]
    assert chapters
    for path in chapters:
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < LONGEST, f"{node.name} is long"
        assert not SQL.search(path.read_text())


def test_a_foreign_message_and_a_second_handler_are_refused() -> None:
    async def handler(*_: object) -> None: ...

    request = next(message for message in messages() if issubclass(message, Request) and message.owner == "policy")
    event = next(message for message in messages() if issubclass(message, Event) and "notify" not in message.heard_by)
    with pytest.raises(TypeError, match="is policy's, not notify's"):
        Service("notify").answers(request)(handler)
    with pytest.raises(TypeError, match="do not say that notify hears"):
        Service("notify").hears(event)(handler)
    twice = Service("policy")
    twice.answers(request)(handler)
    with pytest.raises(TypeError, match="has two handlers"):
        twice.answers(request)(handler)
