#!/usr/bin/env python3
"""Each command under the least of the roles of scripts/postgres_roles.sql, on a server of its own: roles are the whole server's."""

import unittest

from harness import FAILED, NO_STORE, CliTest, assistant, main, user
from postgres import WithOwnServer

USERS = """
CREATE ROLE o LOGIN; GRANT relayburn_owner TO o; ALTER ROLE o SET role = relayburn_owner;
CREATE ROLE i LOGIN; GRANT relayburn_ingest TO i;
CREATE ROLE r LOGIN; GRANT relayburn_read TO r;
CREATE ROLE nobody LOGIN;
"""


class Roles(WithOwnServer, CliTest):
    only_on = ("postgres",)
    needs_migration = True

    def setUp(self):
        super().setUp()
        self.schema_name = f"Team \"{self._testMethodName[-30:]}\""
        self.make_roles()
        self.server.sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'o') THEN "
                        + USERS + " END IF; END $$")
        if self.needs_migration:
            self.run_as("o", "migrate")
        self.write_log("a.jsonl", user("Hello", session="s-1"), assistant("msg_1", 7))

    def make_roles(self, **variables):
        self.server.run_script("postgres_roles.sql", **{"schema": self.schema_name, **variables})

    def as_role(self, role):
        return self.environment(RELAYBURN_DATABASE_URL=self.server.as_role(role), RELAYBURN_DATABASE_SCHEMA=self.schema_name,
                                RELAYBURN_CONTENT_STORE="full")

    def run_as(self, role, *arguments, **options):
        return self.run_program(*arguments, env=self.as_role(role), **options)


class LeastRole(Roles):
    def test_read_role_asks_the_views(self):
        self.ingest_logs(env=self.as_role("i"))
        schema = self.schema_name.replace('"', '""')
        for view, column in (("usage_calls", "count(*)"), ("daily_usage", "sum(turns)")):
            query = f'SELECT {column} FROM "{schema}".{view}'
            self.assertEqual(self.server.sql(query, self.server.as_role("r")), [["1"]])
            self.assertNotEqual(self.server.psql(query, self.server.as_role("nobody"), check=False).returncode, 0)

    def test_ingest_role_ingests_and_stamps(self):
        self.assertEqual(self.ingest_logs(env=self.as_role("i"))["records"]["turn"]["inserted"], 1)
        self.assert_nothing_read(self.ingest_logs(env=self.as_role("i")))
        self.assert_nothing_changed(self.ingest_logs("--full", env=self.as_role("i")))
        self.write_log("a.jsonl", assistant("msg_1", 9))
        self.assertEqual(self.ingest_logs(env=self.as_role("i"))["records"]["turn"]["updated"], 1)
        self.run_as("i", "stamp", "--session", "s-1", "team=red")

    def test_ingest_role_forgets_and_needs_nobody_to_keep_it_out(self):
        self.ingest_logs(env=self.as_role("i"))
        self.run_as("r", "forget", "--session", "s-1", "--dry-run")
        self.run_as("i", "forget", "--session", "s-1")
        self.ingest_logs("--full", env=self.as_role("i"))
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 0)

    def test_what_is_too_old_is_left_to_the_owner(self):
        env = {**self.as_role("i"), "RELAYBURN_CONTENT_TTL": "1d"}
        result = self.run_program("ingest", "--path", self.logs, env=env)
        self.assertIn(b"not pruned", result.err)
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 1)

    def test_read_role_reports_and_exports(self):
        self.ingest_logs(env=self.as_role("i"))
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 1)
        self.assertEqual(self.digest(env=self.as_role("r")), self.digest(env=self.as_role("o")))
        self.assertEqual(self.run_as("r", "status", "--json").json["rows"]["turn"], 1)
        self.run_as("r", "migrate", "--check")

    def test_read_role_cannot_write(self):
        self.ingest_logs(env=self.as_role("i"))
        digest = self.digest(env=self.as_role("r"))
        self.write_log("b.jsonl", assistant("msg_2", 7))
        for command in (["ingest", "--path", self.logs], ["stamp", "--session", "s-1", "a=b"], ["prune", "--older-than", "1d"],
                        ["forget", "--session", "s-1"]):
            self.assertIn(b"denied", self.run_as("r", *command, expect=NO_STORE).err, command)
        self.assertEqual(self.digest(env=self.as_role("r")), digest)
        # The cursor stayed where it was.
        self.assertEqual(self.ingest_logs(env=self.as_role("i"))["records"]["turn"]["inserted"], 1)

    def test_ingest_role_cannot_prune(self):
        self.ingest_logs(env=self.as_role("i"))
        self.assertIn(b"denied", self.run_as("i", "prune", "--older-than", "1d", expect=NO_STORE).err)
        self.assertEqual(self.server.value(f'SELECT count(*) FROM "Team ""{self._testMethodName[-30:]}""".content'), "2")

    def test_ingest_role_cannot_change_what_an_owner_decides(self):
        """Which version the schema has, and what was pruned."""
        schema = '"' + self.schema_name.replace('"', '""') + '"'
        for when in ("the roles came first", "the script was run once more"):
            for table in ("schema_versions", "content_cutoff", "content_kept"):
                ask = lambda rights: self.server.value(f"SELECT has_table_privilege('i', '{schema}.{table}', '{rights}')")
                self.assertEqual(ask("INSERT, UPDATE, DELETE, TRUNCATE"), "f", (table, when))
                self.assertEqual(ask("SELECT"), "t", (table, when))
            self.make_roles()

    def test_owner_prunes(self):
        self.ingest_logs(env=self.as_role("i"))
        self.run_as("o", "prune", "--older-than", "1d")
        self.assertEqual(self.run_as("r", "status", "--json").json["rows"]["content"], 0)
        self.ingest_logs("--full", env=self.as_role("i"))
        self.assertEqual(self.run_as("r", "status", "--json").json["rows"]["content"], 0, "what was pruned stays away")

    def test_a_role_with_no_rights_is_refused(self):
        for command in (["ingest", "--path", self.logs], ["analyze"], ["export"], ["status"]):
            self.assertIn(b"denied", self.run_as("nobody", *command, expect=NO_STORE).err, command)


class Missing(Roles):
    needs_migration = False

    def test_who_may_not_make_the_schema_is_told_who_can(self):
        absent = {**self.as_role("nobody"), "RELAYBURN_DATABASE_SCHEMA": "absent"}
        for environment in (self.as_role("i"), self.as_role("r"), absent):
            for command in (["ingest", "--path", self.logs], ["migrate"]):
                result = self.run_program(*command, env=environment, expect=NO_STORE)
                self.assertRegex(result.err.decode(), "relayburn migrate.* own", command)

    def test_a_reader_of_nothing_finds_nothing(self):
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 0)

    def test_the_owner_makes_it_by_ingesting(self):
        self.ingest_logs(env=self.as_role("o"))
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 1)

    def test_a_schema_of_an_older_version_needs_an_owner_too(self):
        self.run_as("o", "migrate")
        # As an older relayburn left it: the last step is not yet there. No role but the owner may do it.
        quoted = '"' + self.schema_name.replace('"', '""') + '"'
        self.server.sql(f"DELETE FROM {quoted}.schema_versions WHERE version = (SELECT max(version) FROM {quoted}.schema_versions)")
        result = self.run_as("i", "ingest", "--path", self.logs, expect=NO_STORE)
        self.assertIn(b"relayburn migrate", result.err)
        self.run_as("o", "migrate", "--check", expect=FAILED)


class Script(Roles):
    needs_migration = False

    def test_run_again_and_after_the_first_migration_it_changes_nothing(self):
        self.run_as("o", "migrate")
        self.make_roles(database="relayburn")
        self.make_roles()
        self.ingest_logs(env=self.as_role("i"))
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 1)

    def test_takes_over_a_schema_that_somebody_made_before(self):
        self.schema_name = "before"
        superuser = self.environment(RELAYBURN_DATABASE_URL=self.server.url, RELAYBURN_DATABASE_SCHEMA="before")
        self.ingest_logs(env=superuser)
        self.make_roles()
        self.assertEqual(self.ingest_logs("--full", env=self.as_role("i"))["records"]["turn"]["duplicate"], 1)
        self.run_as("o", "prune", "--older-than", "1d")
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 1)


class Managed(WithOwnServer, CliTest):
    only_on = ("postgres",)

    def test_an_admin_who_is_no_superuser_runs_the_script(self):
        self.server.sql("CREATE ROLE adm LOGIN CREATEROLE CREATEDB")
        self.server.sql("CREATE DATABASE managed", self.server.as_role("adm"))
        url = self.server.as_role("adm", "managed")
        environment = self.environment(RELAYBURN_DATABASE_URL=url, RELAYBURN_DATABASE_SCHEMA="managed")
        for _ in range(2):
            self.server.run_script("postgres_roles.sql", url, schema="managed")
        self.write_log("a.jsonl", assistant("msg_1", 7))
        self.ingest_logs(env=environment)
        self.server.run_script("postgres_roles.sql", url, schema="managed")
        self.assertEqual(self.analyze(env=environment)["totals"]["turns"], 1)
        owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'managed'"
        self.assertEqual(self.server.sql(owners, url), [["relayburn_owner"]])


del Roles  # has no tests

if __name__ == "__main__":
    main()
