"""Activity: a chain of entries per agency, which nobody may change, and its head."""

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

activities = Table(
    "activities",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True),  # from 1, without gaps
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", Text, nullable=False),
    Column("doer", JSONB, nullable=False),
    Column("account", Uuid),
    Column("contact", Uuid),
    Column("facts", JSONB, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_activities_account", "agency", "account", "number"),
)

activity_heads = Table(
    "activity_heads",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
