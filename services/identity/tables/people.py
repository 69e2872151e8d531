"""Accounts and the contacts on them, as the AMS tells them."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("raw", JSONB, nullable=False),  # as it came, with the fields that we do not know
    UniqueConstraint("agency", "ams_id"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("account_ams_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("ams_access", Boolean, nullable=False),  # the AMS's last word
    Column("access", Boolean, nullable=False),  # the toggle that counts: the AMS's or staff's, whichever came last
    Column("language", Text, nullable=False),
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
    CheckConstraint("role IN ('primary', 'second', 'additional')", name="role"),
    Index("ix_contacts_email", "agency", text("lower(email)"), postgresql_where=text("email <> '' AND NOT deleted")),
    Index("ix_contacts_account", "agency", "account_ams_id"),
)
