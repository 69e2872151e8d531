"""Identity's tables."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
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
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import new_metadata

metadata = new_metadata()

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("raw", JSONB, nullable=False),  # as it came, with the fields that we do not know
    UniqueConstraint("agency", "ams_id"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("ams_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("account_ams_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("ams_access", Boolean, nullable=False),  # the AMS's last word
    Column("access", Boolean, nullable=False),  # the toggle that counts: the AMS's or staff's, whichever came last
    Column("language", Text, nullable=False),
    Column("raw", JSONB, nullable=False),
    UniqueConstraint("agency", "ams_id"),
    CheckConstraint("role IN ('primary', 'second', 'additional')", name="role"),
    Index("ix_contacts_email", "agency", text("lower(email)"), postgresql_where=text("email <> '' AND NOT deleted")),
    Index("ix_contacts_account", "agency", "account_ams_id"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("channels", JSONB, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),  # since the newest code
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
    Column("keyed_hash", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Index("ix_codes_sign_in", "sign_in", "made_at"),
    Index("ix_codes_email", "agency", "email", "made_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("contact", Uuid, nullable=False),
    Column("account", Uuid),
    Column("amr", ARRAY(Text), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("ix_sessions_contact", "contact", postgresql_where=text("ended_at IS NULL")),
)
