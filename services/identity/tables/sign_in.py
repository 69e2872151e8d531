"""Sign-ins in progress, and their identification codes."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from .metadata import metadata

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("channels", JSONB, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),  # since the newest code
    Column("veiled", Boolean, nullable=False, server_default=text("false")),  # nothing may tell whether it is known
    Column("proven_at", DateTime(timezone=True)),  # a first code was right, and a second one is asked for
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True)),
    Index("ix_sign_ins_expires_at", "expires_at"),
)

codes = Table(
    "codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("sign_in", Uuid, nullable=False),
    Column("email", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", LargeBinary),  # keyed hash of the mobile number that it was texted to
    Column("keyed_hash", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Index("ix_codes_sign_in", "sign_in", "made_at"),
    Index("ix_codes_texts", "agency", "made_at", postgresql_where=text("channel = 'sms'")),
)
