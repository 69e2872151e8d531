"""Policy's tables."""

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

from kit.tables import add_snapshots, new_metadata

metadata = new_metadata()
add_snapshots(metadata)

accounts = Table(  # identity's ids of the AMS's accounts, and the name that goes on paper
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("agency", "ams_id"),
)

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
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
)

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
    Column("policies", JSONB, nullable=False),  # the AMS's ids of those that it was for
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
    Index("ix_receipts_account", "agency", "account_ams_id", "received_on", postgresql_where=text("NOT deleted")),
)

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

feeds = Table(
    "feeds",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("heard_at", DateTime(timezone=True), nullable=False),
)
