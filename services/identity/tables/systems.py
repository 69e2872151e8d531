"""The agency's systems and their secrets, of which two are good while they are changed."""

from sqlalchemy import ARRAY, CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text, Uuid, func, text

from .metadata import metadata

systems = Table(
    "systems",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("secret_made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("old_secret_hash", LargeBinary),
    Column("old_secret_until", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("used_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("cardinality(scopes) > 0", name="scopes"),
    CheckConstraint("(old_secret_hash IS NULL) = (old_secret_until IS NULL)", name="old_secret"),
    # the name is free again once a system has ended; its row stays, for what it has done
    Index("ix_systems_client_id", "agency", "client_id", unique=True, postgresql_where=text("ended_at IS NULL")),
)
