"""Accounts and the contacts on them, as the AMS tells them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Index,
    Table,
    Text,
    Uuid,
    func,
    text,
)

from kit.tables import entity

from .metadata import metadata


def key(name: str, expression: str) -> Column[str]:
    """What staff search by the beginning of: made by the database, and compared byte by byte."""
    return Column(name, Text(collation="C"), Computed(expression, persisted=True), nullable=False)


accounts = Table(
    "accounts",
    metadata,
    *entity(
        Column("name", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("street", Text, nullable=False),
        Column("city", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("postal_code", Text, nullable=False),
        key("name_key", "lower(name)"),
        key("number_key", "lower(number)"),
        Index("ix_accounts_name_key", "agency", "name_key", "id", postgresql_where=text("NOT deleted")),
        Index("ix_accounts_number_key", "agency", "number_key", postgresql_where=text("NOT deleted")),
    ),
)

contacts = Table(
    "contacts",
    metadata,
    *entity(
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
        key("first_key", "lower(first_name)"),
        key("last_key", "lower(last_name)"),
        key("email_key", "lower(email)"),
        key("phone_key", "right(regexp_replace(coalesce(nullif(mobile, ''), phone), '[^0-9]', '', 'g'), 10)"),
        CheckConstraint("role IN ('primary', 'second', 'additional')", name="role"),
        Index("ix_contacts_account", "agency", "account_ams_id"),
        *(
            Index(f"ix_contacts_{name}", "agency", name, postgresql_where=text(f"NOT deleted AND {name} <> ''"))
            for name in ("first_key", "last_key", "email_key", "phone_key")
        ),
    ),
)

shared_addresses = Table(
    "shared_addresses",  # addresses on many accounts that staff have looked at
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("email", Text, primary_key=True),  # in lower case
    Column("allowed_by", Text, nullable=False),
    Column("allowed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
