"""Documents and their bytes, certificates, mailings, and what is kept of accounts and policies."""

from kit.migrating import steps

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables and says who may do what."""
    steps.run(__file__)
