"""Sessions of contacts, staff and systems."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Interval,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # whose it is: a contact's, a member of staff's, a system's
    Column("subject", Uuid, nullable=False),
    Column("email", Text, nullable=False),
    Column("account", Uuid),
    Column("amr", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("read_only", Boolean, nullable=False, server_default=text("false")),
    Column("view", Uuid),  # the impersonation that it belongs to
    Column("actor", JSONB),  # who looks, in a read-only session
    Column("address", Text, nullable=False, server_default=""),
    Column("agent", Text, nullable=False, server_default=""),
    Column("idle", Interval, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("proven_at", DateTime(timezone=True), nullable=False, server_default=func.now()),  # kept by a switch
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('contact', 'staff', 'system')", name="kind"),
    CheckConstraint("read_only = (view IS NOT NULL) AND (view IS NULL OR actor IS NOT NULL)", name="view"),
    Index("ix_sessions_email", "email", postgresql_where=text("ended_at IS NULL")),
    Index("ix_sessions_subject", "subject", postgresql_where=text("ended_at IS NULL")),
)
