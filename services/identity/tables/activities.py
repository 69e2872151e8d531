"""Activity: a chain of entries per agency, which nobody may change, its head, and the heads that were signed.

RULES are the rights and the functions that belong to it: the only way to an entry is
append_activity(), which makes the link itself, so that every entry follows its predecessor whoever calls it.
"""

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import add_rules

from .metadata import metadata

activities = Table(
    "activities",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True),  # from 1, without gaps
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", Text, nullable=False),
    Column("doer", JSONB, nullable=False),
    Column("account", Uuid),
    Column("contact", Uuid),
    Column("facts", JSONB, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_activities_account", "agency", "account", "number"),
    Index("ix_activities_what", "agency", "what", "number"),
    Index(
        "ix_activities_staff",
        "agency",
        text("(doer ->> 'id')"),
        "number",
        postgresql_where=text("(doer ->> 'kind') = 'staff'"),
    ),
)

activity_heads = Table(
    "activity_heads",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("signed_number", BigInteger, nullable=False, server_default="0"),
    Column("signed_at", DateTime(timezone=True)),
)

signed_heads = Table(
    "signed_heads",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("signature", Text, nullable=False),  # compact JWS
)

CANONICAL_TEXTS = """
CREATE FUNCTION canonical_texts(texts jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '{' || coalesce(
      string_agg(to_json(key)::text || ':' || to_json(value)::text, ',' ORDER BY key COLLATE "C"), ''
    ) || '}' FROM jsonb_each_text(texts)
$$
"""

# the link is made under the lock of the head; RFC 8785: keys in order, no space, texts as JSON writes them
APPEND_ACTIVITY = """
CREATE FUNCTION append_activity(
  what text, doer jsonb, account uuid, contact uuid, facts jsonb, at timestamptz
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine uuid := current_setting('app.agency')::uuid;
  head record;
  digest bytea;
  done_at timestamptz;
BEGIN
  SELECT h.number, h.hash INTO head FROM activity_heads h WHERE h.agency = mine FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO activity_heads (agency, number, hash) VALUES (mine, 0, decode(repeat('00', 32), 'hex'))
      ON CONFLICT DO NOTHING;
    SELECT h.number, h.hash INTO head FROM activity_heads h WHERE h.agency = mine FOR UPDATE;
  END IF;
  done_at := coalesce(at, clock_timestamp());
  digest := sha256(head.hash || convert_to(
    '{"account":' || coalesce(to_json(account)::text, 'null')
    || ',"agency":' || to_json(mine)::text
    || ',"at":"' || to_char(done_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","contact":' || coalesce(to_json(contact)::text, 'null')
    || ',"doer":' || canonical_texts(doer)
    || ',"facts":' || canonical_texts(facts)
    || ',"number":' || (head.number + 1)::text
    || ',"what":' || to_json(what)::text || '}', 'UTF8'));
  INSERT INTO activities (agency, number, at, what, doer, account, contact, facts, previous, hash)
    VALUES (mine, head.number + 1, done_at, what, doer, account, contact, facts, head.hash, digest);
  UPDATE activity_heads h SET number = head.number + 1, hash = digest WHERE h.agency = mine;
  RETURN head.number + 1;
END
$$
"""

RULES = (
    "REVOKE INSERT, UPDATE, DELETE ON activities, activity_heads FROM identity_app",
    "REVOKE UPDATE, DELETE ON signed_heads FROM identity_app",
    "GRANT UPDATE (signed_number, signed_at) ON activity_heads TO identity_app",
    CANONICAL_TEXTS,
    APPEND_ACTIVITY,
    "REVOKE ALL ON FUNCTION append_activity, canonical_texts FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION append_activity TO identity_app",
)
add_rules(metadata, RULES)
