"""Deliveries, and the copy of the agencies' public records."""

from kit.migrating import steps

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables and says who may do what."""
    steps.run(__file__)
