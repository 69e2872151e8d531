"""What people have agreed to be sent."""

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text, Uuid

from .metadata import metadata

consents = Table(
    "consents",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("contact", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("given", Boolean, nullable=False),
    Column("address", Text, nullable=False),  # the number or e-mail address that it is about
    Column("version", Text, nullable=False),  # of the text that was read
    Column("language", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changes", Integer, nullable=False),  # on the day of the last one
)
