"""Documents that were drawn here, with their bytes."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)

from .metadata import metadata

documents = Table(
    "documents",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("account", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("facts_sha256", LargeBinary, nullable=False),  # of everything that is written on it
    Column("policy", Uuid, nullable=False),
    Column("vehicle", Text, nullable=False),
    Column("ends_on", Date, nullable=False),  # first day on which it holds no more
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("as_of", DateTime(timezone=True)),  # when what is written on it was last known to be so
    Column("superseded_at", DateTime(timezone=True)),  # a newer one of the same vehicle was made
    UniqueConstraint("agency", "account", "policy", "vehicle", "facts_sha256"),
    CheckConstraint("kind IN ('id_card')", name="kind"),
    Index("ix_documents_newest", "agency", "account", "made_at"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("document", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    ForeignKeyConstraint(["agency", "document"], ["documents.agency", "documents.id"], ondelete="CASCADE"),
)
