"""Policies in their newest term."""

from sqlalchemy import Column, Date, Index, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import ROOM, entity

from .metadata import metadata
from .terms import term_columns

policies = Table(
    "policies",
    metadata,
    *entity(
        *term_columns(),
        Column("carrier_ams_id", Text, nullable=False),
        Column("writing_carrier_ams_id", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("line", Text, nullable=False),  # ours
        Column("raw_line", Text, nullable=False),  # the AMS's word
        Column("raw_status", Text, nullable=False),
        Column("description", Text, nullable=False),
        Column("billing", Text, nullable=False),
        Column("renews", Text, nullable=False),  # the AMS's id of the policy that this one renews
        Column("next_due_on", Date),
        Column("next_due", Numeric(14, 2)),
        Column("pending", JSONB),  # a notice of cancellation, as it came
        Index("ix_policies_account", "agency", "account_ams_id", postgresql_where=text("NOT deleted")),
    ),
    postgresql_with=ROOM,
)
