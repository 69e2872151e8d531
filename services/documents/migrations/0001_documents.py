"""Documents and their bytes, mailings, and what is kept of accounts and policies."""

from kit.migrating import steps
from services.documents.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    steps.create(metadata, "documents")
