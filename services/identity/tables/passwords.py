"""User names, passwords, the links that set them, and codes under way to do so."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid, func, text

from .metadata import metadata

credentials = Table(
    "credentials",
    metadata,
    Column("contact", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("hash", Text),  # argon2id, in the encoded form; empty while there is no password
    Column("kind", Text),
    Column("set_at", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True)),  # the end of a printed first password
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("kind IN ('own', 'first')", name="kind"),
    CheckConstraint("(hash IS NULL) = (kind IS NULL) AND (kind = 'first') = (until IS NOT NULL)", name="password"),
    Index("uq_credentials_user_name", "agency", text("lower(user_name)"), unique=True),
)

password_links = Table(
    "password_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True)),  # used, or replaced
    Index("ix_password_links_contact", "contact", "made_at"),
)

password_resets = Table(
    "password_resets",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("contact", Uuid),  # empty for a user name that nobody has
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True)),
    Index("ix_password_resets_contact", "contact", postgresql_where=text("over_at IS NULL")),
)
