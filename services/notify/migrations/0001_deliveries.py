"""Deliveries, and the copy of the agencies' public records."""

from kit.migrating import steps
from services.notify.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    steps.create(metadata, "notify")
