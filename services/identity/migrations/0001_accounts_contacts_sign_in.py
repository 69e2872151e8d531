"""Accounts, contacts, sign-ins with codes, and sessions."""

from kit.migrating import steps
from services.identity.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    steps.create(metadata, "identity")
