"""Documents and their bytes, mailings, and what is kept of accounts and policies."""

from kit.migrating import steps
from services.documents.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables.

    A standing is shown to whoever has a paper about the policy, also once that is another account's: the paper must
    then say that it no longer holds.
    """
    of_account = {
        "accounts": f"id = {steps.OPENED}",
        "documents": f"account = {steps.OPENED}",
        "mailings": f"account = {steps.OPENED}",
        "chunks": "EXISTS (SELECT FROM documents d WHERE d.agency = chunks.agency AND d.id = chunks.document)",
        "standings": "EXISTS (SELECT FROM documents d WHERE d.agency = standings.agency"
        f" AND d.account = {steps.OPENED} AND d.policy = standings.policy)",
    }
    steps.create(metadata, "documents", of_account=of_account)
