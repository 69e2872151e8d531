"""The agency's staff."""

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Table, Text, UniqueConstraint, Uuid, func, text

from .metadata import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("email", Text, nullable=False),  # in lower case
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("role IN ('admin', 'agent', 'csr')", name="role"),
    UniqueConstraint("agency", "email"),
)
