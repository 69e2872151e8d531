"""Impersonations and their one-time addresses."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

impersonations = Table(
    "impersonations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("account", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("requester_kind", Text, nullable=False),
    Column("requester", Uuid, nullable=False),  # the member of staff or the system whose token asked
    Column("agent", JSONB, nullable=False),  # who looks
    Column("reason", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("opens_until", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("session", Uuid),
    Column("expires_at", DateTime(timezone=True)),  # the session's end at the latest
    Column("ended_at", DateTime(timezone=True)),  # before that
    CheckConstraint("requester_kind IN ('staff', 'system')", name="requester_kind"),
    CheckConstraint("(opened_at IS NULL) = (session IS NULL)", name="session"),
    Index("ix_impersonations_requester", "requester", postgresql_where=text("ended_at IS NULL")),
    Index("ix_impersonations_account", "agency", "account"),
)
