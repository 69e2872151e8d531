"""Logs: one JSON object a line on standard error, in UTC, with the trace; values that are secrets never reach them."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from . import telemetry, tracebacks

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; line breaks inside values stay escaped."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """The record's line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "what": record.getMessage(),
        }
        if trace := telemetry.trace_id():
            line["trace"] = trace
        line.update({key: value for key, value in vars(record).items() if key not in PLAIN})
        if record.exc_info:
            line["error"] = tracebacks.without_values(self.formatException(record.exc_info))
        return json.dumps(line, default=str, ensure_ascii=False)


def configure(process: str, level: str = "INFO") -> None:
    """Sends every log line of this process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses, which may carry ids
    logging.getLogger("httpcore").setLevel(logging.WARNING)
