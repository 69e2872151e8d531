"""Lines of events as an AMS writes them: read within bounds, checked, and addressed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from contracts import ams
from kit.bus.bad_message import BadMessage
from kit.bus.feed_events import parse

LONGEST_ID = 200  # characters of a Nats-Msg-Id
UNREADABLE = "unreadable"  # the kind of what has no type, so that it is kept and explained rather than lost


@dataclass(frozen=True)
class Addressed:
    """An event with its subject and, where it has an id, the header by which the bus knows a repeat."""

    subject: str
    body: bytes
    headers: dict[str, str]


class LineRefused(Exception):
    """A line that is not published; the text is `code pointer: problem`."""

    def __init__(self, code: str, pointer: str, problem: str) -> None:
        super().__init__(f"{code}{' ' if pointer else ''}{pointer}: {problem}")


def read_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers; of a line that is too long only the beginning."""
    number = 0
    # a little over the limit is enough to see that a line is too long
    while part := stream.readline(ams.MAX_EVENT_BYTES + 2):
        number += 1
        line = part
        while not part.endswith(b"\n") and (part := stream.readline(1 << 20)):
            pass
        if stripped := line.strip():
            yield number, stripped


def check(agency: str, line: bytes) -> Addressed:
    """The event in a line, addressed to its subject; raises LineRefused with what is wrong with it."""
    if len(line) > ams.MAX_EVENT_BYTES:
        raise LineRefused("too_large", "", f"An event may have {ams.MAX_EVENT_BYTES} bytes.")
    event = address(agency, line)
    try:
        parse(event.subject, line)
    except BadMessage as bad:
        raise LineRefused(bad.code, bad.pointer, bad.problem) from None
    return event


def address(agency: str, line: bytes) -> Addressed:
    """The event in a line, addressed by its type; nothing about it is checked."""
    try:
        envelope = json.loads(line)
    except ValueError:
        envelope = None
    if not isinstance(envelope, dict):
        # what is broken still goes where it was meant to, so that its owner explains it
        named = re.search(rb'"type"\s*:\s*"(ams\.[^"]{1,80})"', line)
        return Addressed(f"ams.{agency}.{_kind(named.group(1).decode() if named else None)}", line, {})
    return Addressed(f"ams.{agency}.{_kind(envelope.get('type'))}", line, _headers(envelope))


def _kind(event_type: object) -> str:
    if event_type in ams.TYPES:
        return ams.TYPES[str(event_type)][0]
    named = re.match(r"ams\.([a-z0-9-]{1,40})\.", event_type) if isinstance(event_type, str) else None
    return named.group(1) if named else UNREADABLE


def _headers(envelope: dict[str, object]) -> dict[str, str]:
    source, event = envelope.get("source"), envelope.get("id")
    if not (isinstance(source, str) and isinstance(event, str)):
        return {}
    identifier = f"{source}/{event}"
    plain = identifier.isascii() and identifier.isprintable()
    if not plain or len(identifier) > LONGEST_ID:
        identifier = sha256(identifier.encode()).hexdigest()
    return {"Nats-Msg-Id": identifier}
