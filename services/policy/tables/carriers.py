"""Carriers."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

carriers = Table(
    "carriers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),  # when the bus took the event
    Column("name", Text, nullable=False),
    Column("naic", Text, nullable=False),
    Column("company_numbers", JSONB, nullable=False),
    Column("phone", Text, nullable=False),
    Column("claim_phone", Text, nullable=False),
    Column("payment_url", Text, nullable=False),
    Column("claim_url", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("lines", JSONB, nullable=False),  # links and telephones by line of business, ours
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
)
