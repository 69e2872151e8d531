"""What waits for the agency's staff."""

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

tasks = Table(
    "tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("action", Text, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("about", Uuid, nullable=False),  # a request, a certificate holder
    Column("facts", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("done_at", DateTime(timezone=True)),
    Column("done_by_kind", Text, nullable=False, server_default=""),
    Column("done_by", Text, nullable=False, server_default=""),  # a name, as it was known then
    Index(
        "uq_tasks_open", "agency", "action", "about", unique=True, postgresql_where=text("done_at IS NULL")
    ),  # one thing waits once
    Index("ix_tasks_open", "agency", "opened_at", "id", postgresql_where=text("done_at IS NULL")),
    Index("ix_tasks_done", "agency", "done_at", "id", postgresql_where=text("done_at IS NOT NULL")),
)
