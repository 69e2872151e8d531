"""Accounts as far as paper needs them."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Table, Text, Uuid

from .metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),  # among those of one version
    Column("deleted", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
)
