"""The agency's staff, their invitations, and their ways in that are not finished yet."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from .metadata import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("email", Text, nullable=False),  # in lower case
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("came_in_at", DateTime(timezone=True)),  # the last time; empty while nobody can come in as this member
    CheckConstraint("role IN ('admin', 'agent', 'csr')", name="role"),
    UniqueConstraint("agency", "email"),
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("staff", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True)),  # used, or replaced
    Index("ix_staff_invitations_staff", "staff", postgresql_where=text("over_at IS NULL")),
)

staff_entries = Table(
    "staff_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("staff", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("amr", ARRAY(Text), nullable=False),  # what is proven already
    Column("makes", ARRAY(Text), nullable=False),  # second factors that may be made
    Column("authenticator", LargeBinary),  # the sealed key of one that is being set up
    Column("issuer", Text),  # who the provider said it is: linked once the second factor is proven
    Column("subject", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True)),
    Index("ix_staff_entries_staff", "staff", postgresql_where=text("over_at IS NULL")),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("staff", Uuid, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_staff_links_staff", "staff"),
)
