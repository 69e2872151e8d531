"""Policies, carriers, the ids of accounts, and how fresh the feed is."""

from alembic import op

from kit.migrating import steps
from services.policy.tables import metadata, terms

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    of_account = {
        "accounts": f"id = {steps.OPENED}",
        # the agency's own, and no insured's
        **dict.fromkeys(("ams_requests", "feed_hours", "heard_events", "webhook_deliveries", "webhooks"), "false"),
        "policies": f"account_ams_id = {steps.OF_THE_AMS}",
        "policy_terms": f"account_ams_id = {steps.OF_THE_AMS}",
        "receipts": f"account_ams_id = {steps.OF_THE_AMS}",
        "requests": f"account = {steps.OPENED}",
        "request_messages": f"account = {steps.OPENED}",
        "tasks": f"account = {steps.OPENED}",
        "certificate_holders": f"account_ams_id = {steps.OF_THE_AMS}",
        "holder_sheets": f"account = {steps.OPENED}",
    }
    steps.create(metadata, "policy", directory=("webhook_queue",), of_account=of_account)
    for rule in terms.RULES:
        op.execute(rule)
