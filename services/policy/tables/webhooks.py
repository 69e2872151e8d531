"""Webhooks, the portal events that they hear, what became of each, and the queue that says whose turn it is."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from .metadata import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),  # none means all
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("old_secret", LargeBinary),
    Column("old_secret_until", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("off_at", DateTime(timezone=True)),
    Column("given_up", Boolean, nullable=False, server_default=text("false")),  # off by rule
    Column("failing_since", DateTime(timezone=True)),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("delivered_at", DateTime(timezone=True)),
    Column("problem", Text, nullable=False, server_default=""),
    Index("ix_webhooks_agency", "agency", "made_at"),
)

heard_events = Table(  # of agencies that have webhooks; kept as long as they can be sent again
    "heard_events",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("message", Text, primary_key=True),  # the CloudEvents id, and webhook-id
    Column("what", Text, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("only_for", Uuid),  # a test of one webhook
    Index("ix_heard_events_stored_at", "agency", "stored_at"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("webhook", Uuid, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("message", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("status", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("begun_at", DateTime(timezone=True), nullable=False, server_default=func.now()),  # of its three days
    Column("tried_at", DateTime(timezone=True)),
    Column("next_try_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("webhook", "message"),
    Index("ix_webhook_deliveries_log", "webhook", "stored_at", "id"),
    Index("ix_webhook_deliveries_due", "webhook", "next_try_at", postgresql_where=text("state = 'waiting'")),
)

webhook_queue = Table(  # a directory without secrets: which agency's turn it is, before there is an agency to filter by
    "webhook_queue",
    metadata,
    Column("webhook", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("leased_until", DateTime(timezone=True)),
    Column("lease", Uuid),
    Column("failing", Boolean, nullable=False, server_default=text("false")),
    Index("ix_webhook_queue_due_at", "due_at"),
)
