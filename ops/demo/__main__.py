"""Prints today's demo events, one a line: `python -m ops.demo | ./portico ams publish -`."""

import sys
from datetime import UTC, datetime

from .load import demo_events

sys.stdout.writelines(f"{line}\n" for line in demo_events(datetime.now(UTC).date()))
