"""Notify's tables: deliveries, without what was in them."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, Table, Text, Uuid, func, text

from kit.tables import new_metadata

metadata = new_metadata()

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),  # the job's delivery: one row is one mail or text, however often it is tried
    Column("agency", Uuid, nullable=False),
    Column("contact", Uuid),  # whom it was for, where it was for a contact
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("sent_to", Text, nullable=False, comment="masked"),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("resends", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", DateTime(timezone=True)),
    Column("reason", Text, nullable=False, server_default=""),
    Column("provider_id", Text, nullable=False, server_default=""),
    Column("gives_up_at", DateTime(timezone=True), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("settled_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('queued','sending','sent','failed','expired','unknown')", name="state"),
    Index("ix_deliveries_agency_made_at", "agency", "made_at"),
    Index("ix_deliveries_contact", "contact", "made_at", postgresql_where=text("contact IS NOT NULL")),
)
