"""Policies, carriers, the ids of accounts, and how fresh the feed is."""

from kit.migrating import steps
from services.policy.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    steps.create(metadata, "policy")
