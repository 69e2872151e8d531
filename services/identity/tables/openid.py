"""OpenID Connect clients of agencies, ways to a provider and back, and the links that people made."""

from sqlalchemy import (
    ARRAY,
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

openid_clients = Table(
    "openid_clients",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("provider", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # its secret
    Column("lets_in", ARRAY(Text), nullable=False),  # insureds, staff
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("provider IN ('google', 'microsoft')", name="provider"),
    UniqueConstraint("agency", "provider"),
)

openid_flows = Table(
    "openid_flows",  # browsers that are on their way to a provider and back
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("provider", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True)),
    Index("ix_openid_flows_expires_at", "agency", "expires_at"),
)

google_proofs = Table(
    "google_proofs",  # what Google said at the beginning of a sign-in whose code will link it
    metadata,
    Column("sign_in", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

google_links = Table(
    "google_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),  # with the issuer the key; the address below is only shown
    Column("email", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("used_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("agency", "contact", "issuer", "subject"),
    Index("ix_google_links_subject", "agency", "issuer", "subject"),
)
