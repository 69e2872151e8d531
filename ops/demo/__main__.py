"""Prints today's demo events, one a line: `.venv/bin/python -m ops.demo | ./portico ams publish -`."""

import signal
import sys
from datetime import UTC, datetime

from .load import demo_events

signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop early, as `head` does
sys.stdout.writelines(f"{line}\n" for line in demo_events(datetime.now(UTC).date()))
