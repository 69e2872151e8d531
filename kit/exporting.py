"""Where spans go that are kept: into a file, or to a collector over OTLP."""

from pathlib import Path
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

from . import tracebacks

if TYPE_CHECKING:
    from .telemetry import Span

SAMPLED = TraceFlags(TraceFlags.SAMPLED)


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


class Exporting:
    """Exports the spans of a process to an OTLP address (http…) or a file."""

    def __init__(self, process: str, traces: str) -> None:
        exporter: SpanExporter = FileExporter(Path(traces))
        if traces.startswith("http"):
            # five megabytes a process that a stack without a collector does without
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

            exporter = OTLPSpanExporter(endpoint=traces)
        self._ids = Ids()
        self._provider = TracerProvider(
            sampler=ALWAYS_ON, id_generator=self._ids, resource=Resource({"service.name": f"portico-{process}"})
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
        self._tracer = self._provider.get_tracer("portico")

    def keep(self, span: "Span", failed: Exception | None) -> None:
        """Keeps a span that has just ended, under the ids that were passed on while it ran."""
        context = Context()
        if span.above:
            above = SpanContext(span.trace, span.above, span.is_remote, SAMPLED)
            context = trace.set_span_in_context(NonRecordingSpan(above))
        self._ids.given = (span.trace, span.id)
        attributes = dict(span.attributes or {})
        kept = self._tracer.start_span(
            span.name, context, kind=span.kind, start_time=span.started, attributes=attributes
        )
        if failed is not None:
            said = {"message": tracebacks.without_values(str(failed)), "stacktrace": tracebacks.of(failed)}
            kept.record_exception(failed, {f"exception.{what}": text for what, text in said.items()})
            kept.set_status(Status(StatusCode.ERROR, type(failed).__name__))
        kept.end()

    def shutdown(self) -> None:
        """Flushes what has not been exported yet."""
        self._provider.shutdown()


class Ids(RandomIdGenerator):
    """The ids that a span has already."""

    given: tuple[int, int] = (0, 0)

    def generate_trace_id(self) -> int:
        """The trace's."""
        return self.given[0]

    def generate_span_id(self) -> int:
        """The span's."""
        return self.given[1]
