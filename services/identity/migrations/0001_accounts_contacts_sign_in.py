"""Accounts, contacts, sign-ins with codes, and sessions."""

from alembic import op

from kit.migrating import steps
from services.identity.tables import activities, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    steps.create(metadata, "identity", of_account={"impersonations": f"account = {steps.OPENED}"})
    # reading only: who switches accounts writes an entry of the account that is not open yet
    steps.narrow("activities", f"account = {steps.OPENED}", only="SELECT")
    for rule in activities.RULES:
        op.execute(rule)
