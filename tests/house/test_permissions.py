"""Permissions on the bus: each process may say and hear exactly what its code says and hears."""

import ast
from importlib import import_module

import pytest

from contracts import ams
from contracts.ams import PortalEvent
from contracts.kinds import PROCESSES, Event, Job, Request
from contracts.streams import (
    STREAM_OF_KIND,
    UNKNOWN_KINDS,
    ams_permissions,
    durable,
    feed_durable,
    messages,
    permissions,
)

from .speech import Speech, read, speech_of

SERVICES = tuple(process for process in PROCESSES if process != "gateway")


def taken_by(process: str) -> set[tuple[str, str]]:
    """Stream and durable of everything that a process's handlers take."""
    if process not in SERVICES:
        return set()
    service = import_module(f"services.{process}.handlers").service
    taken = {(STREAM_OF_KIND[m.kind], durable(process, m.subject)) for m in (*service.done, *service.heard)}
    if service.synced is not None:
        taken.add(("AMS", feed_durable(process)))
    if process == "policy":
        taken.add(("AMS", UNKNOWN_KINDS))
    return taken


def needed(process: str) -> tuple[set[str], set[str]]:
    """What a process publishes and subscribes to, from its code."""
    speech = speech_of(process)
    publish = {
        message.subject
        for message in speech.made
        if not issubclass(message, PortalEvent) and (issubclass(message, Event) or message.owner != process)
    }
    tells_the_ams = any(issubclass(message, PortalEvent) for message in speech.made)
    if tells_the_ams or process in ams.HEARD_BY:  # the kit tells the AMS what of its feed is refused
        publish.add("portal.>")
    if process == "gateway":  # gateway/feed.py: an agency's events over HTTP
        publish.add("ams.>")
    for stream, name in taken_by(process):
        publish |= {
            f"$JS.API.CONSUMER.INFO.{stream}.{name}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}",
            f"$JS.ACK.{stream}.{name}.>",
        }
    subscribe = {f"_INBOX_{process}.>"}
    if process in SERVICES:
        subscribe |= {request.subject for request in import_module(f"services.{process}.handlers").service.answered}
    else:
        subscribe |= {message.subject for message in speech.mentioned if issubclass(message, Event)}
    return publish, subscribe


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_may_say_what_its_code_says_and_no_more(process: str) -> None:
    allowed = {subject for subject in permissions(process).publish if not subject.startswith("$JS.API.STREAM.")}
    assert allowed == needed(process)[0]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_may_hear_what_its_code_hears_and_no_more(process: str) -> None:
    assert set(permissions(process).subscribe) == needed(process)[1]
    answers = any(subject.startswith("request.") for subject in needed(process)[1])
    assert permissions(process).answers is answers


@pytest.mark.parametrize("process", PROCESSES)
def test_of_the_streams_a_process_sees_only_those_that_it_takes_from(process: str) -> None:
    calls = {subject for subject in permissions(process).publish if subject.startswith("$JS.API.STREAM.")}
    streams = {stream for stream, _ in taken_by(process)}
    assert {call.rsplit(".", 1)[1] for call in calls} <= streams
    assert not {call for call in calls if not call.startswith(("$JS.API.STREAM.INFO.", "$JS.API.STREAM.MSG.GET."))}


def test_the_command_line_asks_what_contracts_say_that_it_asks() -> None:
    declared = {message for message in messages() if issubclass(message, Request) and "ops" in message.asked_by}
    assert declared <= speech_of("ops").made


def test_contracts_name_only_processes_that_exist() -> None:
    for message in messages():
        named = {message.owner}
        if issubclass(message, Request):
            named |= set(message.asked_by) - {"ops"}
        elif issubclass(message, Job):
            named |= set(message.enqueued_by)
        elif issubclass(message, Event):
            named |= {*message.heard_by, *message.noticed_by}
        assert named <= set(PROCESSES), message.subject


def test_an_agencys_system_may_publish_its_feed_and_take_its_own_events() -> None:
    allowed = ams_permissions("oakhill")
    assert set(allowed.publish) == {
        "ams.oakhill.>",
        "$JS.API.CONSUMER.INFO.PORTAL.ams-oakhill",
        "$JS.API.CONSUMER.MSG.NEXT.PORTAL.ams-oakhill",
        "$JS.ACK.PORTAL.ams-oakhill.>",
    }
    assert allowed.subscribe == ("_INBOX_ams_oakhill.>",)
    assert not allowed.answers


def test_the_reading_of_the_source_sees_every_way_to_make_a_message() -> None:
    source = """
from contracts import ams
from contracts.identity import sign_in
from contracts.policy import GetPolicy as Get, PolicyChanged
sign_in.StartSignIn(agency="a", email="b")
Get(policy=1)
ams.SignedIn
def f(event: PolicyChanged): ...
"""
    speech = Speech()
    read(ast.parse(source), speech)
    assert {message.__name__ for message in speech.made} == {"StartSignIn", "GetPolicy"}
    assert {message.__name__ for message in speech.mentioned - speech.made} == {"SignedIn", "PolicyChanged"}
