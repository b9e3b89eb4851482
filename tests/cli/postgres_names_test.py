#!/usr/bin/env python3
"""Whoever may create in a schema of the search path gets none of his operators, functions, types or views used."""

import re

from harness import CliTest, assistant, main, user
from postgres import WithOwnServer

USERS = """
CREATE ROLE o LOGIN; GRANT relayburn_owner TO o; ALTER ROLE o SET role = relayburn_owner;
CREATE ROLE i LOGIN; GRANT relayburn_ingest TO i;
CREATE ROLE r LOGIN; GRANT relayburn_read TO r;
CREATE ROLE mallory LOGIN; GRANT relayburn_ingest TO mallory;
"""

# Every type of a column or an expression of ours, and those that they could be cast to.
TYPES = ("boolean", "bytea", '"char"', "name", "smallint", "integer", "bigint", "numeric", "real", "double precision", "text",
         "oid", "regclass", "regnamespace", "date", "timestamp", "timestamptz", "interval", "bigint[]", "text[]", "bytea[]")
COMPARING = ("=", "<>", "<", "<=", ">", ">=", "~", "~~", "!~~", "@>", "<@")
COMPUTING = ("+", "-", "*", "/", "%", "||", "&", "|")
VIEWS = ("pg_class", "pg_namespace", "pg_roles", "pg_inherits", "pg_proc", "pg_index", "pg_constraint", "pg_trigger")

CAUGHT = "$caught$ BEGIN RAISE EXCEPTION 'caught: %', {what}; END $caught$"
# A copy of each function of the catalog. Those of pseudo-types cannot be had in PL/pgSQL; the rest is some 2,000.
FUNCTIONS = """
DO $plant$
DECLARE f record;
BEGIN
  FOR f IN SELECT proname, pg_get_function_identity_arguments(oid) AS arguments, format_type(prorettype, NULL) AS type,
    CASE WHEN proretset THEN 'SETOF' ELSE '' END AS setof FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'
  LOOP
    BEGIN
      EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS {body}', f.proname, f.arguments, f.setof,
                     f.type, quote_literal('function ' || f.proname));
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $plant$;
"""


def planted(schema="public"):
    """Statements; their own names are those of the catalog."""
    yield "SET search_path = pg_catalog; SET client_min_messages = error;"
    yield FUNCTIONS.format(body=CAUGHT.format(what="%s").replace("'caught: %'", "''caught: %%''"))
    for name in ("format(text, text)", "format(text, name)", "format(text, regclass)", "format(text, text, text)", "unnest(text[])",
                 "coalesce(text, text)"):
        yield (f"DROP FUNCTION IF EXISTS {schema}.{name}; CREATE FUNCTION {schema}.{name} RETURNS text LANGUAGE plpgsql AS"
               f" {CAUGHT.format(what=repr(name))};")
    for name, type in (("zero", "bigint"), ("zero", "numeric"), ("zero", "bigint, boolean"), ("zero", "bigint, bigint")):
        yield f"CREATE FUNCTION {schema}.{name}({type}) RETURNS bigint LANGUAGE plpgsql AS {CAUGHT.format(what=repr(name))};"
    yield f"CREATE FUNCTION {schema}.zero(timestamptz, timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS {CAUGHT.format(what=repr('max'))};"
    yield f"""
CREATE AGGREGATE {schema}.count(*) (SFUNC = {schema}.zero, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE {schema}.count(boolean) (SFUNC = {schema}.zero, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE {schema}.sum(bigint) (SFUNC = {schema}.zero, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE {schema}.max(bigint) (SFUNC = {schema}.zero, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE {schema}.max(timestamptz) (SFUNC = {schema}.zero, STYPE = timestamptz, INITCOND = 'infinity');
"""
    for number, left in enumerate(TYPES):
        for other, right in enumerate(TYPES):
            for type, operators in (("boolean", COMPARING), (left, COMPUTING)):
                function = f"{schema}.caught_{number}_{other}_{len(operators)}"
                yield (f"CREATE FUNCTION {function}({left}, {right}) RETURNS {type} LANGUAGE plpgsql AS"
                       f" {CAUGHT.format(what=repr(f'operator of {left} and {right}'))};")
                for operator in operators:
                    yield f"CREATE OPERATOR {schema}.{operator} (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = {function});"
    yield f"CREATE FUNCTION {schema}.caught_view(text) RETURNS boolean LANGUAGE plpgsql AS {CAUGHT.format(what='$1')};"
    for name in VIEWS:
        yield f"CREATE VIEW {schema}.{name} AS SELECT * FROM pg_catalog.{name} WHERE {schema}.caught_view('{name}');"
    for name in ("text", "bytea", "timestamptz", "int8", "int4", "bool", "numeric", "interval", "date", "regclass", "oid"):
        yield f"CREATE TYPE {schema}.{name} AS (a pg_catalog.int4);"


class Names(WithOwnServer, CliTest):
    only_on = ("postgres",)
    database_name = None

    def setUp(self):
        super().setUp()
        self.server.sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'o') THEN"
                        " CREATE ROLE relayburn_owner; CREATE ROLE relayburn_ingest; CREATE ROLE relayburn_read;" + USERS
                        + " END IF; END $$")
        self.name = f"names_{self._testMethodName[-40:]}"
        self.server.sql(f"CREATE DATABASE {self.name}")
        # Has been so until PostgreSQL 14, and stays so in clusters that were upgraded.
        self.sql("GRANT CREATE ON SCHEMA public TO PUBLIC")

    def sql(self, statements, role="postgres"):
        return self.server.sql("SET search_path = pg_catalog; " + statements, self.server.as_role(role, self.name))

    def make_roles(self):
        self.server.run_script("postgres_roles.sql", self.server.as_role("postgres", self.name))

    def as_role(self, role):
        return self.environment(RELAYBURN_DATABASE_URL=self.server.as_role(role, self.name), RELAYBURN_DATABASE_SCHEMA="relayburn",
                                RELAYBURN_CONTENT_STORE="full")

    def run_as(self, role, *arguments, **options):
        return self.run_program(*arguments, env=self.as_role(role), **options)

    def log_since(self, begin):
        with open(self.server.log, errors="replace") as log:
            log.seek(begin)
            return log.read()


class Planted(Names):
    """A database whose search path has `public` first, and there something of every name and for every pair of types."""

    def setUp(self):
        super().setUp()
        self.sql("\n".join(planted()))
        self.sql(f"ALTER DATABASE {self.name} SET search_path = public, pg_catalog")
        begin = self.server.log.stat().st_size
        for expression in ("'1'::pg_catalog.int8 + '1'::pg_catalog.numeric", "now()", "count(*)", "NULL::text", "count(*) FROM pg_class"):
            url = self.server.as_role("r", self.name)
            self.assertTrue(self.server.psql(f"SELECT {expression} LIMIT 1", url, check=False).returncode or "text" in expression)
        self.assertGreaterEqual(self.log_since(begin).count("ERROR:  caught: "), 3)
        self.assertGreater(int(self.sql("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")[0][0]), 2500)
        self.begin = self.server.log.stat().st_size

    def assert_none_caught(self, what):
        log = self.log_since(self.begin)
        self.begin = self.server.log.stat().st_size
        self.assertEqual(re.findall(r"ERROR:  caught: .*\n(?:.*\n){0,4}", log), [], what)

    def run_all(self):
        """Each command, with something to do for it, as the least role and as the owner."""
        self.make_roles()
        self.run_as("o", "migrate")
        self.write_log("a.jsonl", user("Hello"), *[assistant(f"msg_{step}", 1, session=f"s-{step % 3}", ts=f"2026-03-02T{step:02}:00:00Z")
                                                   for step in range(20)], assistant("msg_x", 3, ts=None))
        self.ingest_logs(env=self.as_role("i"))
        # Updates, copies of a call, a turn that moves to another time.
        self.write_log("b.jsonl", assistant("msg_1", 9, session="s-1", ts="2026-03-01T00:00:00Z"), assistant("msg_2", 1, session="s-9"))
        self.assertEqual(self.ingest_logs(env=self.as_role("o"))["records"]["turn"], {"inserted": 1, "updated": 1, "duplicate": 0})
        self.ingest_logs("--full", env=self.as_role("i"))
        self.run_as("i", "stamp", "--session", "s-1", "team=red")
        self.run_as("i", "stamp", "--from", "2026-03-02T01:07:00Z", "--to", "2026-03-02T05:01:00Z", "team=blue")
        self.run_as("i", "forget", "--session", "s-2", "--dry-run")
        self.run_as("i", "forget", "--session", "s-2")
        for role in ("r", "o", "postgres"):
            self.run_as("i", "ingest", "--full", "--path", self.logs)
            self.report_as(role)
        self.run_as("o", "prune", "--older-than", "2026-03-02T08:00:00Z", "--dry-run")
        self.run_as("o", "prune", "--older-than", "2026-03-02T08:00:00Z")
        for direction in (("postgres", f"sqlite:{self.root}/copy"), (f"sqlite:{self.root}/copy", "postgres")):
            self.run_as("o", "copy", "--from", direction[0], "--to", direction[1])
        self.run_as("o", "hosts")

    def report_as(self, role):
        dimensions = ("model", "provider", "source", "project", "session", "host", "day", "week", "month", "hour", "agent", "tool",
                      "activity", "branch", "tag:team")
        by = [argument for dimension in dimensions for argument in ("--by", dimension)]
        self.run_as(role, "analyze", "--json", *by)
        self.run_as(role, "analyze", "--json", "--since", "2026-03-02T03:07:01Z", "--until", "2026-03-02T05:00:00Z", *by)
        self.run_as(role, "analyze", "--json", "--audit", "--session", "s-1", "--tag", "team=red")
        for command in (["export", "--content"], ["export", "--digest"], ["status", "--json"], ["migrate", "--check"]):
            self.run_as(role, *command)

    def test_none_is_called_by_any_command(self):
        self.run_all()
        self.assert_none_caught("commands")

    def test_none_is_called_by_the_views_and_their_function(self):
        self.run_all()
        reader = self.server.as_role("r", self.name)
        turns = [self.server.psql(f"SELECT pg_catalog.{sum} FROM relayburn.{view}", reader, check=False).stdout.strip()
                 for view, sum in (("usage_calls", "count(*)"), ("canonical_calls()", "count(*)"), ("daily_usage", "sum(turns)"))]
        self.assert_none_caught("views")
        self.assertEqual(len(set(turns)), 1, turns)

    def test_none_is_called_by_the_scripts(self):
        self.make_roles()
        self.run_as("o", "migrate")
        self.server.run_script("postgres_partitions.sql", self.server.as_role("postgres", self.name))
        self.make_roles()
        self.assert_none_caught("scripts")
        self.run_all()
        self.assert_none_caught("partitions")

    def test_every_transaction_begins_with_the_search_path_and_nothing_is_outside(self):
        self.sql(f"ALTER DATABASE {self.name} SET log_statement = 'all'")
        self.begin = self.server.log.stat().st_size
        self.run_all()
        entries = re.findall(r"\[(\d+)\] \[relayburn/[^]]*\] LOG:  (?:statement|execute [^:]*): (.*)", self.log_since(self.begin))
        last = {}
        for pid, statement in entries:
            before = last.get(pid, "COMMIT")
            if before in ("COMMIT", "ROLLBACK"):
                self.assertRegex(statement, "^BEGIN")
            elif before.startswith("BEGIN"):
                self.assertEqual(statement, "SET LOCAL search_path = pg_catalog, pg_temp")
            last[pid] = statement
        self.assertGreater(len(last), 20)


class Mallory(Names):
    """The search path is the default, and she may create in `public`: an operator for types that the catalog has none for."""

    def setUp(self):
        super().setUp()
        self.make_roles()
        self.sql("GRANT CREATE ON SCHEMA public TO PUBLIC")
        self.run_as("o", "migrate")
        self.write_log("a.jsonl", assistant("msg_1"))
        self.ingest_logs(env=self.as_role("o"))

    def plant(self, evil):
        self.sql("DROP OPERATOR IF EXISTS public.+ (bigint, numeric), public./ (numeric, integer);"
                 "DROP FUNCTION IF EXISTS public.evil(bigint, numeric), public.evil(numeric, integer);"
                 f"CREATE FUNCTION public.evil(bigint, numeric) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN {evil}; RETURN $2; END $$;"
                 "CREATE OPERATOR public.+ (LEFTARG = bigint, RIGHTARG = numeric, FUNCTION = public.evil);"
                 "CREATE FUNCTION public.evil(numeric, integer) RETURNS numeric LANGUAGE plpgsql"
                 f" AS $$ BEGIN {evil}; RETURN $1; END $$;"
                 "CREATE OPERATOR public./ (LEFTARG = numeric, RIGHTARG = integer, FUNCTION = public.evil);"
                 "INSERT INTO relayburn.turn_change SELECT ts FROM relayburn.turn", "mallory")

    def test_gets_no_right_from_whoever_ingests(self):
        for role, evil, question in (("o", "GRANT TRUNCATE ON relayburn.content TO mallory",
                                      "has_table_privilege('mallory', 'relayburn.content', 'TRUNCATE')"),
                                     ("postgres", "GRANT relayburn_owner TO mallory",
                                      "pg_has_role('mallory', 'relayburn_owner', 'MEMBER')")):
            with self.subTest(role):
                self.plant(evil)
                self.write_log(f"{role}.jsonl", assistant(f"msg_{role}"))
                self.ingest_logs(env=self.as_role(role))
                self.assertEqual(self.sql(f"SELECT {question}"), [["f"]])

    def test_runs_nothing_as_the_server(self):
        proof = self.server.data / "proof"
        self.plant(f"COPY (SELECT 1) TO PROGRAM 'cat > {proof}'")
        self.run_as("postgres", "analyze")
        self.assertFalse(proof.exists())

    def test_may_create_nothing_in_public_once_the_script_has_run(self):
        self.make_roles()
        self.assertEqual(self.sql("SELECT has_schema_privilege('mallory', 'public', 'CREATE')"), [["f"]])


del Names  # has no tests

if __name__ == "__main__":
    main()
