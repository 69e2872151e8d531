"""Policies, carriers, the ids of accounts, and how fresh the feed is."""

from kit.migrating import steps
from services.policy.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    of_account = {
        "accounts": f"id = {steps.OPENED}",
        "policies": f"account_ams_id = {steps.OF_THE_AMS}",
    }
    steps.create(metadata, "policy", of_account=of_account)
