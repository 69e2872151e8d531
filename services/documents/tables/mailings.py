"""Documents that were mailed."""

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Table, Text, Uuid, func

from .metadata import metadata

mailings = Table(
    "mailings",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("account", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("document", Uuid, nullable=False),
    Column("sent_to", Text, nullable=False),  # masked
    Column("left_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ForeignKeyConstraint(["agency", "document"], ["documents.agency", "documents.id"], ondelete="CASCADE"),
    Index("ix_mailings_contact", "agency", "contact", "left_at"),
)
