"""Traces and metrics: one span per HTTP request, one per bus message, one per transaction; errors are always kept."""

import random
import time
from collections.abc import Mapping
from contextvars import ContextVar, Token
from re import fullmatch
from types import TracebackType
from typing import TYPE_CHECKING

from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from .exporting import Exporting

TRACEPARENT = "traceparent"
WRITTEN = r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
KEPT = 1  # the flag of a trace that is kept
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Histogram(
    "portico_requests_seconds", "Requests answered on the bus", ["subject", "outcome"], buckets=BUCKETS
)
PAGES = Histogram("portico_http_seconds", "HTTP requests answered", ["route", "method", "status"], buckets=BUCKETS)
MESSAGES = Counter("portico_messages_total", "Jobs, events and feed messages by outcome", ["consumer", "outcome"])
QUARANTINED = Counter("portico_quarantined_total", "Messages put into quarantine", ["consumer", "code"])
OUTBOX_WAITING = Gauge("portico_outbox_waiting", "Outbox rows not yet published")
OUTBOX_AGE = Gauge("portico_outbox_age_seconds", "Age of the oldest outbox row not yet published")
BUS_ERRORS = Counter("portico_bus_errors_total", "Errors that the bus reported outside a call", ["error"])
RECONNECTS = Counter("portico_bus_reconnects_total", "Times that the bus connection came back")

_exporting: "Exporting | None" = None
_share = 0.0
# its own: whoever seeds the common one does not steer traces
_chance = random.Random()  # noqa: S311 - no secret


def configure(process: str, traces: str, share: float) -> None:
    """Starts exporting spans of this process to an OTLP address, a file, or nowhere (empty)."""
    global _exporting, _share  # noqa: PLW0603 - one a process
    _share = share if traces else 0.0
    if traces:
        from .exporting import Exporting  # noqa: PLC0415 - its library is for those who export

        _exporting = Exporting(process, traces)


def shutdown() -> None:
    """Flushes what has not been exported yet."""
    if _exporting is not None:
        _exporting.shutdown()


class Span:
    """A block of work as part of a trace; an object of OpenTelemetry's is made of it only when it is kept.

    Most are not: a span that goes well costs its ids and no more. `above` is the span around it, 0 for the first.
    """

    trace: int
    above: int
    kept: bool
    started: int  # nanoseconds since the epoch

    def __init__(self, name: str, kind: SpanKind, attributes: Mapping[str, str | int | bool] | None) -> None:
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.id = _chance.getrandbits(64) or 1
        self.is_remote = False
        self.failed: BaseException | None = None

    def __enter__(self) -> None:
        self.started = time.time_ns()
        self._token: Token[Span | None] = _current.set(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        _current.reset(self._token)
        failed = error or self.failed
        # an expected refusal is no failure; ours (status 500 and above), and everything without a status, are
        fault = failed if isinstance(failed, Exception) and getattr(failed, "status", 500) >= 500 else None
        if _exporting is not None and (self.kept or fault):
            _exporting.keep(self, fault)


_current: ContextVar[Span | None] = ContextVar("span", default=None)


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, str | int | bool] | None = None,
) -> Span:
    """Runs a block as a span; `parent` is a W3C traceparent from outside, else the current span is the parent.

    Most traces are not kept: then only ids are passed on, and a span is written after the fact if the block fails.
    """
    fresh = Span(name, kind, attributes)
    above = _current.get()
    if parent and _continue(fresh, parent):
        return fresh
    if above is not None and not parent:
        fresh.trace, fresh.above, fresh.kept = above.trace, above.id, above.kept
    else:
        fresh.trace, fresh.above = _chance.getrandbits(128) or 1, 0
        fresh.kept = _chance.random() < _share
    return fresh


def fail(error: Exception) -> None:
    """Marks the current span as failed where the error is answered and does not leave its block."""
    if (current := _current.get()) is not None:
        current.failed = error


def traceparent() -> str:
    """The W3C traceparent of the current span, to send along; empty outside any span."""
    current = _current.get()
    return f"00-{current.trace:032x}-{current.id:016x}-{current.kept:02x}" if current is not None else ""


def trace_id() -> str:
    """The current trace's id in hex, for people to quote; empty outside any span."""
    current = _current.get()
    return f"{current.trace:032x}" if current is not None else ""


def _continue(fresh: Span, written: str) -> bool:
    """Makes the span a part of the trace in this header; False where it is no such header."""
    found = fullmatch(WRITTEN, written)
    if found is None:
        return False
    fresh.trace, fresh.above, fresh.is_remote = int(found[1], 16), int(found[2], 16), True
    fresh.kept = bool(int(found[3], 16) & KEPT)
    return bool(fresh.trace and fresh.above)
