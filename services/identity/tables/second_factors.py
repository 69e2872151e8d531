"""Authenticators of staff: keys of time-based codes (RFC 6238), sealed; and new ones that no code has confirmed yet."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, Table, Uuid, func

from .metadata import metadata

authenticators = Table(
    "authenticators",
    metadata,
    Column("staff", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("step", BigInteger, nullable=False),  # of the last code that was used: no code counts twice
    Column("tries", Integer, nullable=False, server_default="0"),  # since `tries_from`
    Column("tries_from", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

authenticator_changes = Table(
    "authenticator_changes",
    metadata,
    Column("staff", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("session", Uuid, nullable=False),  # the one that began it, and alone can finish it
    Column("sealed", LargeBinary, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
