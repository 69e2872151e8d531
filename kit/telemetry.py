"""Traces and metrics: one span per HTTP request, one per bus message, one per transaction; errors are always kept."""

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from prometheus_client import Counter, Gauge, Histogram

TRACEPARENT = "traceparent"
ANSWERED = "portico_answered"  # the failure of a span that was answered inside its block
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
UNSAMPLED = TraceFlags(TraceFlags.DEFAULT)
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

_tracer: trace.Tracer = trace.get_tracer("portico")
_provider: TracerProvider | None = None
_share = 0.0


class FileExporter(SpanExporter):
    """Appends finished spans to a file as one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def export(self, spans: "object") -> SpanExportResult:
        """Writes the spans; a full disk loses traces, never requests."""
        lines = "".join(span.to_json(indent=None) + "\n" for span in spans if isinstance(span, ReadableSpan))  # type: ignore[attr-defined]
        try:
            with self._path.open("a") as file:
                file.write(lines)
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


def configure(process: str, traces: str, share: float) -> None:
    """Starts exporting spans of this process to an OTLP address, a file, or nowhere (empty)."""
    global _tracer, _provider, _share  # noqa: PLW0603 - one provider a process
    _share = share if traces else 0.0
    if not traces:
        return
    exporter: SpanExporter = FileExporter(Path(traces))
    if traces.startswith("http"):
        # five megabytes a process that a stack without a collector does without
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        exporter = OTLPSpanExporter(endpoint=traces)
    _provider = TracerProvider(
        sampler=ALWAYS_ON, id_generator=_ids, resource=Resource({"service.name": f"portico-{process}"})
    )
    _provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    _tracer = _provider.get_tracer("portico")


def shutdown() -> None:
    """Flushes what has not been exported yet."""
    if _provider is not None:
        _provider.shutdown()


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, str | int | bool] | None = None,
) -> Iterator[None]:
    """Runs a block as a span; `parent` is a W3C traceparent from outside, else the current span is the parent.

    Most traces are not kept: then only ids are passed on, and a span is written after the fact if the block fails.
    """
    above = _remote(parent) if parent else trace.get_current_span().get_span_context()
    sampled = above.trace_flags.sampled if above.is_valid else random.random() < _share  # noqa: S311 - not a secret
    started = time.time_ns()
    failed: BaseException | None = None
    if sampled and _provider is not None:
        context = trace.set_span_in_context(NonRecordingSpan(above)) if above.is_valid else otel_context.Context()
        live: trace.Span = _tracer.start_span(name, context, kind=kind, attributes=dict(attributes or {}))
    else:
        trace_id = above.trace_id if above.is_valid else random.getrandbits(128) or 1
        live = NonRecordingSpan(SpanContext(trace_id, random.getrandbits(64) or 1, False, UNSAMPLED))
    token = otel_context.attach(trace.set_span_in_context(live))
    try:
        yield
        failed = getattr(live, ANSWERED, None)
    except BaseException as error:
        failed = error
        raise
    finally:
        # an expected refusal is no failure; ours (status 500 and above), and everything without a status, are
        if isinstance(failed, Exception) and getattr(failed, "status", 500) >= 500:
            if not live.is_recording():
                live = _recording(name, kind, live.get_span_context(), above, started, attributes)
            live.record_exception(failed)
            live.set_status(Status(StatusCode.ERROR, type(failed).__name__))
        live.end()
        otel_context.detach(token)


def fail(error: Exception) -> None:
    """Marks the current span as failed where the error is answered and does not leave its block."""
    setattr(trace.get_current_span(), ANSWERED, error)


def traceparent() -> str:
    """The W3C traceparent of the current span, to send along; empty outside any span."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def trace_id() -> str:
    """The current trace's id in hex, for people to quote; empty outside any span."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


def _remote(header: str) -> SpanContext:
    try:
        _, trace_hex, span_hex, flags = header.split("-")[:4]
        return SpanContext(int(trace_hex, 16), int(span_hex, 16), True, TraceFlags(int(flags, 16)))
    except ValueError:
        return trace.INVALID_SPAN_CONTEXT


def _recording(
    name: str,
    kind: SpanKind,
    ids: SpanContext,
    above: SpanContext,
    started: int,
    attributes: Mapping[str, str | int | bool] | None,
) -> trace.Span:
    """A span that is kept after all, under the ids that were passed on while it was not."""
    if _provider is None:
        return NonRecordingSpan(ids)
    _ids.given = ids
    parent = SpanContext(above.trace_id, above.span_id, above.is_remote, SAMPLED) if above.is_valid else None
    context = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else otel_context.Context()
    return _tracer.start_span(name, context, kind=kind, start_time=started, attributes=dict(attributes or {}))


class Ids(RandomIdGenerator):
    """Random ids, except for one span whose ids are known already."""

    given: SpanContext | None = None

    def generate_trace_id(self) -> int:
        """The given one, or a random one."""
        return self.given.trace_id if self.given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """The given one, once, or a random one; called after generate_trace_id."""
        given, self.given = self.given, None
        return given.span_id if given else super().generate_span_id()


_ids = Ids()
