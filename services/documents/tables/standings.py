"""Whether policies still stand."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Table, Text, Uuid

from kit.tables import ROOM

from .metadata import metadata

standings = Table(
    "standings",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("policy", Uuid, primary_key=True),
    Column("account_ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),  # among those of one version
    Column("deleted", Boolean, nullable=False),
    Column("void_on", Date),  # first day without cover, once a cancellation is confirmed
    postgresql_with=ROOM,
)
