"""Terms of policies: what every term has, and those that were replaced by another one of the same policy.

RULES keep a term's picture when the AMS comes with another one, in whatever way that happens.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import add_rules
from services.policy.terms import NEWEST, TERM

from .metadata import metadata


def term_columns(**of_effective: Any) -> list[Column[Any]]:
    """What is known of a term, in the table of policies as in that of earlier terms."""
    return [
        Column("version", BigInteger, nullable=False),
        Column("account_ams_id", Text, nullable=False),
        Column("effective", Date, nullable=False, **of_effective),
        Column("expiration", Date, nullable=False),
        Column("starts_at", DateTime(timezone=True), nullable=False),  # terms.py: the term in UTC, whether it covers
        Column("ends_at", DateTime(timezone=True), nullable=False),
        Column("covers", Boolean, nullable=False),
        Column("status", Text, nullable=False),  # ours
        Column("cancellation_on", Date),
        Column("premium", Numeric(14, 2)),
        Column("currency", Text, nullable=False),
        Column("term_months", Integer),
        Column("vehicle_names", JSONB, nullable=False),
        Column("raw", JSONB, nullable=False),  # as it came: coverages, vehicles, drivers, and what we do not know
    ]


assert tuple(column.name for column in term_columns()) == TERM

policy_terms = Table(
    "policy_terms",
    metadata,
    Column("agency", Uuid, primary_key=True),
    Column("policy", Text, primary_key=True),  # the AMS's id
    *term_columns(primary_key=True),
)

RULES = (
    f"""
CREATE FUNCTION keep_term() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.deleted THEN
    DELETE FROM policy_terms WHERE agency = OLD.agency AND policy = OLD.ams_id;
  ELSIF NOT OLD.deleted THEN
    INSERT INTO policy_terms AS t (agency, policy, {", ".join(TERM)})
      VALUES (OLD.agency, OLD.ams_id, {", ".join(f"OLD.{name}" for name in TERM)})
      {NEWEST};
  END IF;
  RETURN NULL;
END $$
""",
    # in the usual case, where the term is the same, it costs nothing
    "CREATE TRIGGER keep_term AFTER UPDATE ON policies FOR EACH ROW"
    " WHEN (OLD.effective IS DISTINCT FROM NEW.effective) EXECUTE FUNCTION keep_term()",
)
add_rules(metadata, RULES)
