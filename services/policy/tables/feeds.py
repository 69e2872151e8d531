"""How fresh each agency's feed is."""

from sqlalchemy import Column, DateTime, Table, Uuid

from .metadata import metadata

feeds = Table(
    "feeds",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("heard_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True)),  # when it last said anything that changed the book
)
