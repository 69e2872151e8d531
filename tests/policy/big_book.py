"""A book of 100,000 policies of one agency among others, made by the database itself within seconds."""

from uuid import UUID

from tests.logins import Logins

POLICIES, OTHERS, FLEET = 100_000, 10_000, 1_500  # FLEET: of one account; every other account has five
TERM = (
    "account_ams_id, version, effective, expiration, starts_at, ends_at, covers, status, cancellation_on, premium,"
    " currency, term_months, vehicle_names, raw"
)
RAW = (
    '{"account": "A", "carrier": "C", "number": "N", "line": "AUTOP", "status": "Active", "effective": "2026-01-01",'
    ' "expiration": "2027-01-01", "vehicles": [{"id": "1", "year": 2021, "make": "Honda", "model": "CR-V"}]}'
)
OF_TERM = f"""
  'A' || least(n / 5, $2::int), 1, day, day + 365, day + interval '6 hours', day + interval '365 days 6 hours', true,
  CASE WHEN n % 9 = 0 THEN 'pending_cancellation' ELSE 'active' END, NULL, 100 + n % 900, 'USD', 12,
  '{{"1": "2021 Honda CR-V"}}'::jsonb, '{RAW}'::jsonb
"""
STATEMENTS = (
    "INSERT INTO agencies (id, slug, version, details) SELECT $1::uuid, 'big', 1, '{}'::jsonb"
    " UNION ALL SELECT gen_random_uuid(), 's' || n, 1, '{}'::jsonb FROM generate_series(1, 4000) n",
    "INSERT INTO feeds (agency, heard_at, changed_at) SELECT id, now(), now() FROM agencies",
    "INSERT INTO accounts (id, agency, ams_id, version, changed_at, deleted, name)"
    " SELECT gen_random_uuid(), $1, 'A' || n, 1, now(), false, 'Household ' || n FROM generate_series(0, $2::int) n",
    "INSERT INTO carriers (id, agency, ams_id, version, deleted, stored_at, name, naic, company_numbers, phone,"
    " claim_phone, payment_url, claim_url, parent, lines, raw)"
    " SELECT gen_random_uuid(), id, 'C' || n, 1, false, now(), 'Carrier ' || n, '', '{}', '', '', '', '', '', '{}',"
    " '{}' FROM (SELECT $1::uuid AS id UNION (SELECT id FROM agencies LIMIT 100)) a, generate_series(0, 19) n",
    "INSERT INTO policies (id, agency, ams_id, deleted, stored_at, carrier_ams_id, writing_carrier_ams_id, number,"
    f" line, raw_line, raw_status, description, billing, renews, {TERM})"
    " SELECT gen_random_uuid(), agency, 'P' || n, false, now(), 'C' || n % 20, '', 'N' || n,"
    " (ARRAY['AUTOP', 'HOME', 'PUMBR', 'BOAT'])[1 + n % 4], 'x', 'Active', 'Policy ' || n, '', '',"
    f" {OF_TERM} FROM (SELECT $1::uuid AS agency, n, current_date - 300 + n % 400 AS day"
    f" FROM generate_series(0, {POLICIES - 1}) n UNION ALL"
    " SELECT o.id, n, current_date - 300 + n % 400 FROM (SELECT id FROM agencies WHERE slug <> 'big' LIMIT 10) o,"
    f" generate_series(0, {OTHERS // 10 - 1}) n) book",
    f"INSERT INTO policy_terms (agency, policy, {TERM})"
    f" SELECT $1, 'P' || n, {OF_TERM} FROM (SELECT n, current_date - 665 + n % 400 AS day"
    f" FROM generate_series(0, {POLICIES - 1}, 4) n) terms",
    "INSERT INTO receipts (id, agency, ams_id, version, deleted, stored_at, account_ams_id, number, received_on,"
    " amount, currency, method, payer, reverses, lines, reference, received_by, policies, raw)"
    " SELECT gen_random_uuid(), $1, 'R' || n, 1, false, now(), 'A' || least(n / 3, $2::int), 'R' || n,"
    " current_date - n % 900, 50, 'USD', 'Check', '', CASE WHEN n % 50 = 1 THEN 'R' || n - 1 ELSE '' END, '[]', '', '',"
    " jsonb_build_array('P' || n), '{}' FROM generate_series(0, 29999) n",
)
TABLES = "agencies, feeds, accounts, carriers, policies, policy_terms, receipts"
INDEX = "ix_policies_account"


async def fill(logins: Logins, agency: UUID) -> tuple[UUID, UUID]:
    """Fills an empty database; returns an account with five policies and the one with FLEET of them."""
    last = (POLICIES - FLEET) // 5
    index = await logins.value("SELECT indexdef FROM pg_indexes WHERE indexname = $1", INDEX)
    await logins.fetch(f"DROP INDEX {INDEX}")  # made anew in the end: quicker than row by row
    for statement in STATEMENTS:
        given = [value for name, value in (("$1", agency), ("$2", last)) if name in statement]
        await logins.fetch(statement, *given)
    await logins.fetch(index)
    await logins.fetch(f"ANALYZE {TABLES}")
    found = "SELECT id FROM accounts WHERE ams_id = $1"
    return await logins.value(found, "A77"), await logins.value(found, f"A{last}")
