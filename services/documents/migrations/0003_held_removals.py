"""What a snapshot would have removed too much of, until somebody decides; and which kinds each snapshot has swept.

A service of the version before cannot note a snapshot any more: its events come again until the new one runs.
"""

from kit.migrating import steps

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A snapshot that was complete has swept every kind."""
    steps.run(__file__)
