"""Policies, carriers, the ids of accounts, and how fresh the feed is."""

from kit.migrating import steps

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables and says who may do what."""
    steps.run(__file__)
