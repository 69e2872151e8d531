"""Masters: what the agency has approved for certificates to further holders."""

from sqlalchemy import Column, Date, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import entity

from .metadata import metadata

certificate_masters = Table(
    "certificate_masters",
    metadata,
    *entity(
        Column("account_ams_id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("form", Text, nullable=False),
        Column("approved_for", Text, nullable=False),
        Column("holders", JSONB, nullable=False),  # the AMS's ids of those that it is approved for by name
        Column("valid_until", Date),  # first day on which it may not be used; it may also end with a policy
        Column("policies", JSONB, nullable=False),  # the AMS's ids of those that are on it
        Index("ix_certificate_masters_account", "agency", "account_ams_id", postgresql_where=text("NOT deleted")),
    ),
)
