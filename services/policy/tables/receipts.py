"""Receipts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

receipts = Table(
    "receipts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("account_ams_id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("amount", Numeric(14, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("reverses", Text, nullable=False),  # the AMS's id of the receipt that this one takes back
    Column("lines", JSONB, nullable=False),
    Column("reference", Text, nullable=False),
    Column("received_by", Text, nullable=False),
    Column("balance", Numeric(14, 2)),
    Column("policies", JSONB, nullable=False),  # the AMS's ids of those that it was for
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
    Index("ix_receipts_account", "agency", "account_ams_id", "received_on", postgresql_where=text("NOT deleted")),
    Index("ix_receipts_reverses", "agency", "reverses", postgresql_where=text("NOT deleted AND reverses <> ''")),
)
