"""Policies."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

policies = Table(
    "policies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("account_ams_id", Text, nullable=False),
    Column("carrier_ams_id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("status", Text, nullable=False),  # ours
    Column("raw_status", Text, nullable=False),  # the AMS's word
    Column("effective", Date, nullable=False),
    Column("expiration", Date, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),  # terms.py: the term in UTC, and whether it covers
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("covers", Boolean, nullable=False),
    Column("cancellation_on", Date),
    Column("description", Text, nullable=False),
    Column("premium", Numeric(14, 2)),
    Column("currency", Text, nullable=False),
    Column("term_months", Integer),
    Column("billing", Text, nullable=False),
    Column("vehicle_names", JSONB, nullable=False),
    Column("raw", JSONB, nullable=False),  # as it came: coverages, vehicles, drivers, and what we do not know
    UniqueConstraint("agency", "ams_id"),
    Index("ix_policies_account", "agency", "account_ams_id", postgresql_where=text("NOT deleted")),
)
