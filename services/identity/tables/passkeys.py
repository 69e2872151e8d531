"""Passkeys of contacts and staff, their challenges, and contacts who may do without."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)

from .metadata import metadata

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("kind", Text, nullable=False),  # whose it is: a contact's, a member of staff's
    Column("holder", Uuid, nullable=False),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    Column("synced", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("used_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('contact', 'staff')", name="kind"),
    UniqueConstraint("agency", "credential_id"),
    Index("ix_passkeys_holder", "holder"),
)

passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("binding", LargeBinary, nullable=False),  # hash of the session or of the way in that asked for it
    Column("kind", Text),  # of the holder; empty where any passkey may answer
    Column("holder", Uuid),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("purpose IN ('make', 'prove')", name="purpose"),
    CheckConstraint("(kind IS NULL) = (holder IS NULL)", name="holder"),
    Index("ix_passkey_challenges_expires_at", "expires_at"),
)

passkey_excuses = Table(
    "passkey_excuses",
    metadata,
    Column("contact", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
