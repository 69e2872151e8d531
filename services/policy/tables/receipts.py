"""Receipts."""

from sqlalchemy import Column, Date, Index, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import entity

from .metadata import metadata

receipts = Table(
    "receipts",
    metadata,
    *entity(
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
        Index("ix_receipts_account", "agency", "account_ams_id", "received_on", postgresql_where=text("NOT deleted")),
        Index("ix_receipts_reverses", "agency", "reverses", postgresql_where=text("NOT deleted AND reverses <> ''")),
    ),
)
