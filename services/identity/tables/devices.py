"""Remembered devices."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, Uuid, func, text

from .metadata import metadata

devices = Table(
    "devices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("next_hash", LargeBinary, unique=True),  # handed out, and not seen yet
    Column("last_hash", LargeBinary, unique=True),  # the one before: whoever brings it late has a copy
    Column("turned_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("used_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("ix_devices_contact", "contact", postgresql_where=text("ended_at IS NULL")),
)
