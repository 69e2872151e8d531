"""Where messages rest: the JetStream streams, their durable consumers and what each process may say; one table."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from . import ams, documents, identity, kinds, notify, policy
from .identity import impersonations
from .kinds import Caller, Code, Event, Job, Message, Request
from .portal_events import PORTAL_EVENTS
from .principal import Scope

DAY = 24 * 3600
ACK_WAIT = 15.0  # seconds; a frozen process ends itself before that
SPEAKING = {"identity": identity.SPEAKING, "policy": policy.SPEAKING, "documents": documents.SPEAKING}
MODULES = (
    kinds,
    *(import_module(f"contracts.{owner}.{name}") for owner, names in SPEAKING.items() for name in names),
    notify,
)


@dataclass(frozen=True)
class Stream:
    """A stream: `max_age` and `duplicate_window` in seconds, sizes in bytes; a full stream refuses publishers."""

    name: str
    subjects: tuple[str, ...]
    max_age: float
    max_bytes: int
    memory: bool = False
    duplicate_window: float = 120
    max_message: int = ams.MAX_EVENT_BYTES


@dataclass(frozen=True)
class Consumer:
    """A durable pull consumer, made before its service starts; `ack_wait` in seconds."""

    stream: str
    durable: str
    process: str
    subjects: tuple[str, ...]
    ack_wait: float = ACK_WAIT
    max_ack_pending: int = 64


STREAMS = (
    # the bus's own de-duplication knows no agencies: one could swallow another's event by its id; the inbox knows them
    Stream("AMS", ("ams.>",), 30 * DAY, 8 << 30, duplicate_window=0.1),
    Stream("EVENTS", ("event.>",), 14 * DAY, 4 << 30),
    Stream("JOBS", ("job.>",), 7 * DAY, 2 << 30),
    Stream("PORTAL", ("portal.>",), 30 * DAY, 2 << 30),
    Stream("ADVISORIES", ("$JS.EVENT.ADVISORY.CONSUMER.>",), 7 * DAY, 64 << 20),
    Stream("CODES", ("code.>",), 600, 64 << 20, memory=True),
)
STREAM_OF_KIND = {"event": "EVENTS", "job": "JOBS", "code": "CODES"}


def messages() -> list[type[Message]]:
    """Every message class of the contracts, by subject."""
    return list(_messages())


@cache
def _messages() -> tuple[type[Message], ...]:
    found = {
        value.subject: value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Message) and value.subject
    }
    return tuple(found[subject] for subject in sorted(found))


def durable(process: str, subject: str) -> str:
    """The durable name of a process's consumer of one subject: dots are not allowed in it."""
    return f"{process}-{subject.replace('.', '-')}"


def feed_durable(process: str) -> str:
    """The durable name of a process's consumer of the AMS feed."""
    return f"{process}-ams"


WEBHOOKS = "policy-portal"  # what the portal tells an agency's systems, for those that hear it by webhook
UNKNOWN_KINDS = "policy-ams-unknown"  # policy owns the feed's health, so it also hears what nobody expects


def ams_durable(agency: str) -> str:
    """The durable name of the consumer by which an agency's systems take its portal events."""
    return f"ams-{agency}"


ADMITTING = "identity"  # the process that the bus asks about every login that is not one of our processes'
LOGINS = "$SYS.REQ.USER.AUTH"  # where the bus asks
CONNECTIONS = "$SYS.REQ.ACCOUNT.PING.CONNZ"  # where the bus tells who is connected
KICK = "$SYS.REQ.SERVER.*.KICK"  # where it is told to cut a connection


def consumers() -> list[Consumer]:
    """Every durable consumer of our processes."""
    table = [
        Consumer(
            "AMS",
            feed_durable(process),
            process,
            tuple(f"ams.*.{kind}" for kind in kinds_heard),
            max_ack_pending=2000,
        )
        for process, kinds_heard in ams.HEARD_BY.items()
    ]
    table.append(Consumer("PORTAL", WEBHOOKS, "policy", ("portal.>",), ack_wait=60, max_ack_pending=2000))
    table.append(Consumer("AMS", UNKNOWN_KINDS, "policy", ("ams.>",), max_ack_pending=5000))
    for message in messages():
        if issubclass(message, Job):
            table.append(_consumer(message.owner, message))
        if issubclass(message, Event):
            table.extend(_consumer(process, message) for process in message.heard_by)
    return table


def _consumer(process: str, message: type[Message]) -> Consumer:
    return Consumer(
        STREAM_OF_KIND[message.kind],
        durable(process, message.subject),
        process,
        (message.subject,),
        ack_wait=10 if issubclass(message, Code) else ACK_WAIT,  # a person waits for a code
    )


@dataclass(frozen=True)
class Permissions:
    """What a NATS user may publish and subscribe to; `answers`: may reply, once, to who asked it."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    answers: bool = False


def permissions(process: str) -> Permissions:
    """The subjects that one of our processes needs, and no more."""
    publish: set[str] = set()
    subscribe = {f"_INBOX_{process}.>"}
    for message in messages():
        said, heard = _part_in(message, process)
        if said:
            publish.add(message.subject)
        if heard:
            subscribe.add(message.subject)
    if any(process in event.told_by.split(",") for event in PORTAL_EVENTS):
        publish.add("portal.>")
    if process == "gateway" or process in ams.HEARD_BY:
        publish.add("ams.>")  # events that an agency's system sends over HTTP, or staff send again from quarantine
    for consumer in consumers():
        if consumer.process == process:
            publish |= _consuming(consumer.stream, consumer.durable)
            if consumer.durable == UNKNOWN_KINDS:
                publish.add(f"$JS.API.STREAM.MSG.GET.{consumer.stream}")  # it is sent headers only
    if process == ADMITTING:
        subscribe.add(LOGINS)
        publish |= {CONNECTIONS, KICK}
    answers = any(subject.startswith("request.") for subject in subscribe)
    return Permissions(tuple(sorted(publish)), tuple(sorted(subscribe)), answers)


def _part_in(message: type[Message], process: str) -> tuple[bool, bool]:
    """Whether a process may publish a message, and whether it subscribes to it outside JetStream."""
    if issubclass(message, Request):
        return process in message.asked_by, process == message.owner
    if issubclass(message, Job):
        return process in message.enqueued_by, False
    if issubclass(message, Event):
        return process == message.owner, process in message.noticed_by
    return False, False


VIEW_USER = "gateway_view"  # the gateway's second user: whatever a read-only session asks goes through it
HAVE_SESSION = (Caller.SESSION, Caller.SIGNED_IN, Caller.INSURED)


def view_permissions() -> Permissions:
    """What may be asked in the name of a read-only session: only what changes nothing."""
    asked = {
        message.subject
        for message in messages()
        if issubclass(message, Request)
        and message.reads
        and message.caller in HAVE_SESSION
        and "gateway" in message.asked_by
    }
    return Permissions(tuple(sorted(asked)), (f"_INBOX_{VIEW_USER}.>",))


def system_permissions(client_id: str, agency: str, scopes: Collection[Scope]) -> Permissions:
    """What an agency's system may do: publish its own feed and take its own portal events, or ask to impersonate.

    Replies reach it below an inbox of its own, `_INBOX_<client id>`. Without one of these scopes it may do nothing.
    """
    publish: set[str] = set()
    if Scope.AMS_PUBLISH in scopes:
        publish |= {f"ams.{agency}.>"} | _consuming("PORTAL", ams_durable(agency))
    if Scope.IMPERSONATE in scopes:
        publish.add(impersonations.Impersonate.subject)
    return Permissions(tuple(sorted(publish)), (f"_INBOX_{client_id}.>",) if publish else ())


def _consuming(stream: str, durable_name: str) -> set[str]:
    return {
        f"$JS.API.CONSUMER.INFO.{stream}.{durable_name}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable_name}",
        f"$JS.ACK.{stream}.{durable_name}.>",
    }
