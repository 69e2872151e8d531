"""What PostgreSQL itself says of every service's walls: no table without its rule, no login that passes it."""

from collections.abc import Awaitable, Callable

import pytest

from kit.migrating.database import ROLES, SERVICES
from tests.logins import Logins, Templates

Clone = Callable[[str], Awaitable[Logins]]

OF_AGENCY = "(agency = (current_setting('app.agency'::text))::uuid)"
NO_ACCOUNT_SET = "((current_setting('app.account'::text) = ''::text) OR "

# a table that has no `agency` column, or one that can be read without an agency, and why
WITHOUT_AGENCY = {
    "alembic_version": "the number of the newest migration step",
    "agencies": "the directory: a request learns here which agency it is about, from public records",
    "outbox": "messages on their way; the app may only insert",
    "inbox": "ids of messages; the app sees no more than id and hash",
    "quarantine": "messages that nobody could read, of unknown agencies too; rules of its own show an agency its rows",
    "webhook_queue": "whose webhook is due, by ids: a process learns here which agency it is about",
    "attempts": "counts of deliveries by stream and number",
    "budgets": "identity's counts of guesses and codes, also those of the whole installation, by keyed hashes",
}
# a table that holds rows of accounts, or may seem to, and has the agency's rule alone, and why
AGENCY_WIDE = {
    ("policy", "carriers"): "the same for all accounts",
    ("policy", "feeds"): "when the agency's system was last heard from",
    ("policy", "snapshots"): "what the agency's system counts; no request reads it",
    ("policy", "snapshot_items"): "ids of the agency's system until a snapshot is complete; no request reads it",
    ("identity", "sessions"): "a person lists and ends those of all accounts, and switches to another one",
    ("identity", "devices"): "a person lists and forgets those of all accounts",
}
# functions that run with their owner's rights, and why they open nothing
AS_OWNER = {
    ("identity", "append_activity"): "the only way to an entry of the chain; it takes the agency from the setting"
}
# what the app may do on tables that no row-level security guards
RIGHTS_PAST_THE_WALL = {
    "agencies": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "outbox": {"INSERT"},
    "inbox": {"INSERT"},
    "webhook_queue": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "attempts": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "budgets": {"SELECT", "INSERT", "UPDATE", "DELETE"},
}

TABLES = """
SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS walled, r.rolname AS owner,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'agency' AND NOT a.attisdropped
               AND a.atttypid = 'uuid'::regtype AND a.attnotnull) AS of_agency,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account'
               AND NOT a.attisdropped) AS names_account
FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace = 'public'::regnamespace
"""
POLICIES = """
SELECT c.relname AS on_table, p.polname AS name, p.polpermissive AS permissive, p.polcmd::text AS command,
       p.polroles = '{0}'::oid[] AS for_everyone,
       pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS checked
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
"""


@pytest.fixture(params=SERVICES)
async def logins(request: pytest.FixtureRequest, clone: Clone) -> Logins:
    return await clone(request.param)


async def test_every_table_of_an_agency_is_behind_its_forced_rule(logins: Logins) -> None:
    tables = {row["name"]: row for row in await logins.fetch(TABLES)}
    permissive = [row for row in await logins.fetch(POLICIES) if row["permissive"]]
    for name, table in tables.items():
        if name in WITHOUT_AGENCY:
            continue
        assert table["of_agency"], (
            f"{logins.service}.{name} has no column `agency uuid NOT NULL`: give it one, or say in WITHOUT_AGENCY why"
        )
        assert table["walled"], (
            f"{logins.service}.{name} is not behind forced row-level security: let its step protect it"
        )
        # permissive rules add up: a second one would open what the first one closes
        rules = [row for row in permissive if row["on_table"] == name]
        assert len(rules) == 1, f"{logins.service}.{name} has {len(rules)} permissive policies, and needs exactly one"
        (rule,) = rules
        assert (rule["using"], rule["checked"]) == (OF_AGENCY, OF_AGENCY), f"{logins.service}.{name}"
        assert (rule["command"], rule["for_everyone"]) == ("*", True), f"{logins.service}.{name}"


async def test_what_has_no_agency_is_known_and_open_no_further_than_needed(logins: Logins) -> None:
    tables = {row["name"]: row for row in await logins.fetch(TABLES)}
    assert "agencies" in tables
    for name in (name for name, table in tables.items() if not table["walled"]):
        rights = {
            right
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
            if await logins.value("SELECT has_table_privilege($1, $2, $3)", f"{logins.service}_app", name, right)
        }
        assert rights <= RIGHTS_PAST_THE_WALL.get(name, set()), f"{logins.service}.{name}: the app may {rights}"


async def test_rows_of_accounts_are_behind_a_second_rule(logins: Logins) -> None:
    """In policy and documents each table; in the others each one that names an account."""
    narrowed = {row["on_table"]: row for row in await logins.fetch(POLICIES) if not row["permissive"]}
    for table in await logins.fetch(TABLES):
        name = table["name"]
        if name in WITHOUT_AGENCY or (logins.service, name) in AGENCY_WIDE:
            assert name not in narrowed, f"{logins.service}.{name} has the rule: take it from the list"
            continue
        if logins.service in ("policy", "documents") or table["names_account"]:
            assert name in narrowed, (
                f"{logins.service}.{name} shows an insured the rows of other accounts: say in its migration's"
                " `of_account` which rows are an account's, or in AGENCY_WIDE why it needs none"
            )
    for name, rule in narrowed.items():
        whole = f"{logins.service}.{name}"
        assert rule["using"].startswith(NO_ACCOUNT_SET), whole
        assert rule["for_everyone"], whole
        assert (rule["command"], rule["checked"]) in (("*", rule["using"]), ("r", None)), whole


async def test_no_login_of_a_service_owns_a_table_or_stands_above_the_rules(logins: Logins) -> None:
    owners = {row["owner"] for row in await logins.fetch(TABLES)}
    assert owners == {f"{logins.service}_owner"}
    names = [f"{logins.service}_{role}" for role in ROLES]
    roles = await logins.fetch("SELECT * FROM pg_roles WHERE rolname = ANY($1)", names)
    assert len(roles) == len(ROLES)
    for role in roles:
        might = [right for right in role.keys() if right.startswith("rol") and role[right] is True]  # noqa: SIM118
        assert might == ["rolinherit", "rolcanlogin"], role["rolname"]
    memberships = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY($1)"
    assert await logins.value(memberships, names) == 0


async def test_nothing_leads_around_the_rules(logins: Logins) -> None:
    """Views run with their owner's eyes unless told otherwise; TRUNCATE and such functions ask no rule at all."""
    views = await logins.fetch(
        "SELECT relname, relkind::text, coalesce('security_invoker=true' = ANY(reloptions), false) AS invoker"
        " FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    assert [row["relname"] for row in views if row["relkind"] == "m" or not row["invoker"]] == []
    for row in await logins.fetch(
        "SELECT proname, coalesce(proconfig::text, '') AS settings FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    ):
        assert (logins.service, row["proname"]) in AS_OWNER, f"{row['proname']} runs as its owner: say why in AS_OWNER"
        assert "search_path=" in row["settings"], f"{row['proname']} would run with the caller's search_path"
    rights = await logins.fetch(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'public' AND (grantee = 'PUBLIC' OR (grantee <> $1"
        " AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')))",
        f"{logins.service}_owner",
    )
    assert rights == []


@pytest.mark.parametrize(
    ("weakness", "noticed_by"),
    [
        ("ALTER TABLE policies NO FORCE ROW LEVEL SECURITY", test_every_table_of_an_agency_is_behind_its_forced_rule),
        ("CREATE POLICY more ON policies USING (true)", test_every_table_of_an_agency_is_behind_its_forced_rule),
        (
            "ALTER POLICY of_agency ON policies WITH CHECK (true)",
            test_every_table_of_an_agency_is_behind_its_forced_rule,
        ),
        ("CREATE TABLE notes (agency uuid NOT NULL)", test_every_table_of_an_agency_is_behind_its_forced_rule),
        ("CREATE TABLE notes (account uuid)", test_every_table_of_an_agency_is_behind_its_forced_rule),
        ("DROP POLICY of_account ON policies", test_rows_of_accounts_are_behind_a_second_rule),
        ("ALTER POLICY of_account ON policies WITH CHECK (true)", test_rows_of_accounts_are_behind_a_second_rule),
        ("GRANT SELECT ON outbox TO policy_app", test_what_has_no_agency_is_known_and_open_no_further_than_needed),
        ("CREATE VIEW everything AS SELECT * FROM policies", test_nothing_leads_around_the_rules),
        ("GRANT TRUNCATE ON policies TO policy_app", test_nothing_leads_around_the_rules),
        ("ALTER TABLE policies OWNER TO policy_app", test_no_login_of_a_service_owns_a_table_or_stands_above_the_rules),
    ],
)
async def test_each_weakness_is_noticed(
    templates: Templates, weakness: str, noticed_by: Callable[[Logins], Awaitable[None]]
) -> None:
    logins = await templates.clone("policy")
    await noticed_by(logins)
    await logins.fetch(weakness)
    with pytest.raises(AssertionError):
        await noticed_by(logins)
