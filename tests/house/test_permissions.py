"""Permissions on the bus: each process may say and hear exactly what its code says and hears."""

import ast
from importlib import import_module

import pytest

from contracts import ams
from contracts.held_removals import CarryOut
from contracts.kinds import PROCESSES, Event, Job, Request
from contracts.portal_events import PortalEvent
from contracts.principal import Scope
from contracts.streams import (
    ADMITTING,
    CONNECTIONS,
    KICK,
    LOGINS,
    STREAM_OF_KIND,
    UNKNOWN_KINDS,
    WEBHOOKS,
    durable,
    feed_durable,
    messages,
    permissions,
    system_permissions,
    view_permissions,
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
    if service.overheard is not None:
        taken.add(("PORTAL", WEBHOOKS))
    return taken


def needed(process: str) -> tuple[set[str], set[str]]:
    """What a process publishes and subscribes to, from its code."""
    speech = speech_of(process)
    publish = {
        message.subject
        for message in speech.made
        # a job may be left for oneself, an own request is simply a call
        if not issubclass(message, PortalEvent) and (issubclass(message, Event | Job) or message.owner != process)
    }
    tells_the_ams = any(issubclass(message, PortalEvent) for message in speech.made)
    if tells_the_ams or process in ams.HEARD_BY:  # the kit tells the AMS what of its feed is refused
        publish.add("portal.>")
    # gateway/feed.py: an agency's events over HTTP; kit/quarantine.py: events that staff send again
    if process == "gateway" or process in ams.HEARD_BY:
        publish.add("ams.>")
    if process in SERVICES:  # kit/bus/brake.py and kit/feed_desk.py: what goes in parts, by the service's own job
        done = import_module(f"services.{process}.handlers").service.done
        publish |= {job.subject for job in done if issubclass(job, CarryOut)}
    for stream, name in taken_by(process):
        publish |= {
            f"$JS.API.CONSUMER.INFO.{stream}.{name}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}",
            f"$JS.ACK.{stream}.{name}.>",
        }
    subscribe = {f"_INBOX_{process}.>"}
    if process in SERVICES and import_module(f"services.{process}.handlers").service.admitting is not None:
        subscribe.add(LOGINS)
        publish |= {CONNECTIONS, KICK}
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


def test_one_process_decides_who_else_comes_in() -> None:
    assert [name for name in PROCESSES if LOGINS in permissions(name).subscribe] == [ADMITTING]
    assert [name for name in PROCESSES if KICK in permissions(name).publish] == [ADMITTING]


def test_in_a_read_only_views_name_only_what_reads_may_be_asked() -> None:
    allowed, known = view_permissions(), {message.subject: message for message in messages()}
    asked = [known[subject] for subject in allowed.publish]
    assert asked and all(issubclass(message, Request) and message.reads for message in asked)
    assert set(allowed.publish) < set(permissions("gateway").publish)
    assert allowed.subscribe == ("_INBOX_gateway_view.>",)
    assert not allowed.answers


def test_an_agencys_system_may_do_what_its_scopes_say() -> None:
    feed = {
        "ams.oakhill.>",
        "$JS.API.CONSUMER.INFO.PORTAL.ams-oakhill",
        "$JS.API.CONSUMER.MSG.NEXT.PORTAL.ams-oakhill",
        "$JS.ACK.PORTAL.ams-oakhill.>",
    }
    impersonate = {"request.identity.impersonate"}
    for scopes, publish in (
        ({Scope.AMS_PUBLISH}, feed),
        ({Scope.IMPERSONATE}, impersonate),
        (set(Scope), feed | impersonate),
        ({Scope.AGENCY_ADMIN}, set()),  # and nothing to hear: the bus would take an empty list for everything
        (set(), set()),
    ):
        allowed = system_permissions("crm_oakhill", "oakhill", scopes)
        assert set(allowed.publish) == publish
        assert allowed.subscribe == (("_INBOX_crm_oakhill.>",) if publish else ())
        assert not allowed.answers


def test_the_reading_of_the_source_sees_every_way_to_make_a_message() -> None:
    source = """
from contracts import portal_events
from contracts.identity import sign_in
from contracts.policy.policies import (GetPolicy as Get, PoliciesChanged)
sign_in.StartSignIn(agency="a", email="b")
Get(policy=1)
portal_events.SignedIn
def f(event: PoliciesChanged): ...
"""
    speech = Speech()
    read(ast.parse(source), speech)
    assert {message.__name__ for message in speech.made} == {"StartSignIn", "GetPolicy"}
    assert {message.__name__ for message in speech.mentioned - speech.made} == {"SignedIn", "PoliciesChanged"}
