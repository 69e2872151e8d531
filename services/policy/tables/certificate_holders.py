"""Certificate holders."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

certificate_holders = Table(
    "certificate_holders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("account_ams_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("attention", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("portal_id", Text, nullable=False),
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
    Index("ix_certificate_holders_account", "agency", "account_ams_id", postgresql_where=text("NOT deleted")),
)
