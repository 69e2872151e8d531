"""Identity's ids of the AMS's accounts, and the name that goes on paper."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Table, Text, UniqueConstraint, Uuid

from .metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),  # among those of one version
    Column("deleted", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("agency", "ams_id"),
)
