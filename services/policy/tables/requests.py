"""Requests of insureds, the conversation in each, and what the agency's system says of them."""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import entity

from .metadata import metadata

requests = Table(
    "requests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("contact_name", Text, nullable=False),  # as it was known then
    Column("submission", Uuid, nullable=False),  # the sender's own name of this sending
    Column("kind", Text, nullable=False),
    Column("form", JSONB, nullable=False),
    Column("policy", Uuid),
    Column("policy_number", Text, nullable=False),  # as the book had it then, like the rest of what it names
    Column("line", Text, nullable=False),
    Column("vehicle_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("effective_on", Date),
    Column("warnings", JSONB, nullable=False),
    Column("acknowledged_version", Text, nullable=False),
    Column("acknowledged_language", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="sent"),
    Column("assigned", Uuid),
    Column("assigned_name", Text, nullable=False, server_default=""),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("agency", "account", "submission"),
    Index("ix_requests_account", "agency", "account", "changed_at"),
    Index("ix_requests_closed", "agency", "changed_at"),
    Index("ix_requests_open", "agency", "changed_at", postgresql_where=text("status NOT IN ('done', 'declined')")),
)
request_messages = Table(
    "request_messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("request", Uuid, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    Column("submission", Text, nullable=False),  # the sender's own name of it: what comes again is known by it
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("by", Text, nullable=False),  # contact, staff, system, ams
    Column("by_id", Uuid),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("status", Text),  # what it made of the request
    UniqueConstraint("request", "submission"),
    Index("ix_request_messages_request", "request", "at"),
    Index("ix_request_messages_author", "agency", "by_id", "at"),
)
ams_requests = Table(
    "ams_requests",
    metadata,
    *entity(
        Column("portal_id", Text, nullable=False),
        Column("status", Text, nullable=False),
        # a status that staff have set stays until the AMS's own changes
        Column("previous_status", Text, nullable=False),
        Column("name", Text, nullable=False),
    ),
)
