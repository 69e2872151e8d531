"""The map of the bus: every subject with its message, its owner, who says it and who listens; streams and consumers."""

from collections.abc import Iterable, Sequence

from contracts import ams
from contracts.kinds import Event, Job, Request
from contracts.portal_events import PORTAL_EVENTS
from contracts.streams import STREAMS, Stream, ams_durable, consumers, messages

HEAD = """\
# The map of the bus

Written by `python -m ops.contract_docs` from `contracts/`; a test fails when it is stale. The schemas are in
`/api/asyncapi.json`, and as wire snapshots in `tests/contracts/schemas/`.
"""


def map_text() -> str:
    """The whole of docs/map.md."""
    return "\n".join([HEAD, *_requests(), *_jobs(), *_events(), *_feed(), *_portal(), *_streams(), *_consumers()])


def _requests() -> list[str]:
    rows = [
        (
            _code(m.subject),
            _code(m.__name__),
            _code(m.answer_type().__name__),
            m.caller,
            _yes(m.reads),
            _list(m.asked_by),
        )
        for m in messages()
        if issubclass(m, Request)
    ]
    return _section(
        "Requests: asked of one service, answered at once",
        "The second word of a subject is its owner, which alone answers. *From* says whose request it must be;"
        " *reads*: it changes nothing, so a read-only session may ask it.",
        ("subject", "message", "answer", "from", "reads", "asked by"),
        rows,
    )


def _jobs() -> list[str]:
    rows = [
        (_code(m.subject), _code(m.__name__), m.owner, _list(m.enqueued_by)) for m in messages() if issubclass(m, Job)
    ]
    return _section(
        "Jobs: left for one service, done once",
        "A `code.` job carries an identification code: in memory only, past the outbox.",
        ("subject", "message", "done by", "left by"),
        rows,
    )


def _events() -> list[str]:
    rows = [
        (_code(m.subject), _code(m.__name__), m.owner, _list(m.heard_by), _list(m.noticed_by))
        for m in messages()
        if issubclass(m, Event)
    ]
    return _section(
        "Events: told by their owner, heard by anyone",
        "*Heard by*: each has a durable consumer and misses none. *Noticed by*: refreshes a memory copy.",
        ("subject", "message", "told by", "heard by", "noticed by"),
        rows,
    )


def _feed() -> list[str]:
    rows = [
        (
            _code(f"ams.<agency>.{kind}"),
            ", ".join(_code(name) for name in dict.fromkeys(ams.model_of(each).__name__ for each in _types(kind))),
            ", ".join(_code(name) for name in _types(kind)),
            _list(process for process, kinds in ams.HEARD_BY.items() if kind in kinds),
        )
        for kind in dict.fromkeys(kind for kinds in ams.HEARD_BY.values() for kind in kinds)
    ]
    return _section(
        "From the agency's system",
        "CloudEvents 1.0, published by the agency's own NATS user or over HTTP; see `ams-guide.md`. What no one expects"
        " is heard by policy, which keeps it in quarantine.",
        ("subject", "data", "types", "heard by"),
        rows,
    )


def _types(kind: str) -> list[str]:
    return [name for name, (of_kind, _) in ams.TYPES.items() if of_kind == kind]


def _portal() -> list[str]:
    rows = [
        (
            _code(f"portal.<agency>.{event.what}"),
            _code(event.__name__),
            _code(event.type_name()),
            _list(event.told_by.split(",")),
        )
        for event in PORTAL_EVENTS
    ]
    return _section(
        "To the agency's system",
        f"Taken from the durable consumer {_code(ams_durable('<agency>'))} of `PORTAL`.",
        ("subject", "data", "type", "told by"),
        rows,
    )


def _streams() -> list[str]:
    rows = [
        (
            _code(s.name),
            ", ".join(map(_code, s.subjects)),
            _age(s),
            _size(s.max_bytes),
            "memory" if s.memory else "disk",
        )
        for s in STREAMS
    ]
    return _section(
        "Streams",
        "Made by the migration step; a full stream refuses publishers.",
        ("stream", "subjects", "kept", "at most", "in"),
        rows,
    )


def _consumers() -> list[str]:
    rows = [
        (_code(c.durable), _code(c.stream), ", ".join(map(_code, c.subjects)), c.process, f"{c.ack_wait:g} s")
        for c in consumers()
    ]
    return _section(
        "Durable consumers",
        "Made by the migration step; a service refuses to start when one of its own differs.",
        ("consumer", "stream", "subjects", "process", "given again after"),
        rows,
    )


def _section(title: str, text: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"## {title}", "", text, "", _row(head), _row(["---"] * len(head))]
    return [*lines, *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return f"`{text}`"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _age(stream: Stream) -> str:
    days = stream.max_age / 86_400
    return f"{days:g} days" if days >= 1 else f"{stream.max_age / 60:g} minutes"


def _size(size: int) -> str:
    return f"{size >> 30} GiB" if size >= 1 << 30 else f"{size >> 20} MiB"
