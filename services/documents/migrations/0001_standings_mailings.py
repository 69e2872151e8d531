"""Documents and their bytes, certificates, mailings, and what is kept of accounts and policies."""

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
        # the agency's own, and no insured's
        **dict.fromkeys(("feed_hours", "snapshot_items", "snapshots"), "false"),
        "accounts": f"id = {steps.OPENED}",
        "documents": f"account = {steps.OPENED}",
        "mailings": f"account = {steps.OPENED}",
        "certificates": f"account_ams_id = {steps.OF_THE_AMS}",
        "certificate_masters": f"account_ams_id = {steps.OF_THE_AMS}",
        "received_documents": f"account_ams_id = {steps.OF_THE_AMS} AND visible",
        "chunks": "EXISTS (SELECT FROM documents d WHERE d.agency = chunks.agency AND d.id = chunks.document)",
        "standings": "EXISTS (SELECT FROM documents d WHERE d.agency = standings.agency"
        f" AND d.account = {steps.OPENED} AND d.policy = standings.policy)",
    }
    steps.create(metadata, "documents", of_account=of_account)
