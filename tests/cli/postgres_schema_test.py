#!/usr/bin/env python3
"""Making the schema, and leaving it alone: twenty at once, no needless DDL, long readers, foreign databases."""

import json
import re
import subprocess
import time

from harness import DONE, FAILED, NO_STORE, REPOSITORY, WRONG_USAGE, CliTest, assistant, main
from postgres import SERVER, unique_name

DDL = re.compile(r"LOG:  (?:statement|execute [^:]*): *(?:--.*\n|\s)*(CREATE|ALTER|DROP|TRUNCATE|COMMENT|GRANT|REVOKE)\b", re.I)


class Postgres(CliTest):
    only_on = ("postgres",)

    def table(self, name):
        return f"{self.schema()}.{name}"


class Migration(Postgres):
    def test_twenty_at_once_on_an_empty_database(self):
        self.write_log("a.jsonl", assistant())
        processes = []
        for number in range(20):
            command = ["migrate"] if number % 2 else ["ingest", "--quiet", "--path", self.logs]
            environment = self.environment(RELAYBURN_HOME=str(self.root / f"host-{number}"),
                                           RELAYBURN_DATABASE_SCHEMA=self.schema())
            processes.append(self.start(*command, env=environment))
        for process in processes:
            _, err = process.communicate(timeout=100)
            self.assertEqual((process.returncode, err), (DONE, b""))
        versions = [int(version) for [version] in SERVER.sql(f"SELECT version FROM {self.table('schema_versions')} ORDER BY 1")]
        steps = [path.name for path in (REPOSITORY / "migrations").glob("*.sql") if not path.name.endswith(".sqlite.sql")]
        self.assertEqual(versions, sorted(int(name[:4]) for name in steps))
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def test_a_run_with_nothing_to_migrate_issues_no_ddl(self):
        self.write_log("a.jsonl", assistant())
        begin = SERVER.log.stat().st_size
        self.ingest_logs()
        self.assertTrue(self.ddl_since(begin), "the log shows what makes the schema")
        begin = SERVER.log.stat().st_size
        self.write_log("b.jsonl", assistant("msg_2"))
        self.ingest_logs()
        self.run_program("migrate")
        for command in ("analyze", "export", "status"):
            self.run_program(command)
        self.run_program("stamp", "--session", "s-1", "a=b")
        self.assertEqual(self.ddl_since(begin), [])

    def ddl_since(self, begin):
        """Of this test's schema: other tests may run at the same time."""
        with open(SERVER.log, errors="replace") as log:
            log.seek(begin)
            entries = re.split(r"\n(?=\d{4}-\d\d-\d\d )", log.read())
        return [entry for entry in entries if "[relayburn/" in entry and self.schema_prefix in entry and DDL.search(entry)]

    def test_works_beside_a_long_report_that_holds_its_tables(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        reader = subprocess.Popen([SERVER.bin / "psql", "--no-psqlrc", "--quiet", SERVER.direct_url], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(reader.wait)
        self.addCleanup(reader.stdout.close)
        self.addCleanup(reader.stdin.close)
        tables = SERVER.sql(f"SELECT tablename FROM pg_tables WHERE schemaname = '{self.schema()}'")
        reader.stdin.write("BEGIN;\n" + "".join(f"LOCK TABLE {self.table(name)} IN ACCESS SHARE MODE;\n" for [name] in tables)
                           + f"SELECT count(*) FROM {self.table('turn')};\n\\echo held\n")
        while reader.stdout.readline().strip() != "held":
            pass
        self.write_log("b.jsonl", assistant("msg_2"))
        self.assertEqual(self.ingest_logs(timeout=20)["records"]["turn"]["inserted"], 1)
        self.run_program("migrate", timeout=20)
        self.assertEqual(self.analyze(timeout=20)["totals"]["turns"], 2)

    def test_a_changed_step_is_refused(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        SERVER.sql(f"UPDATE {self.table('schema_versions')} SET sha256 = reverse(sha256)")
        self.write_log("b.jsonl", assistant("msg_2"))
        result = self.run_program("ingest", "--path", self.logs, expect=None)
        self.assertIn(result.status, (FAILED, NO_STORE), result)
        self.assertEqual(SERVER.value(f"SELECT count(*) FROM {self.table('turn')}"), "1")

    def test_instants_and_names_are_natural_to_somebody_with_psql(self):
        self.write_log("a.jsonl", assistant(ts="2026-03-02T10:00:00.123Z"))
        self.ingest_logs()
        [row] = SERVER.sql(f"SET timezone = 'UTC'; SELECT ts, model, output, session_id FROM {self.table('turn')}")
        self.assertEqual(row, ["2026-03-02 10:00:00.123+00", "claude-opus-4-7", "10", "s-1"])
        collations = SERVER.sql("SELECT DISTINCT collation_name FROM information_schema.columns WHERE data_type = 'text'"
                                f" AND table_schema = '{self.schema()}'")
        self.assertEqual(collations, [["C"]])


class ForeignDatabases(Postgres):
    def test_another_encoding_is_refused(self):
        name = unique_name()
        SERVER.sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
        self.addCleanup(SERVER.sql, f"DROP DATABASE {name} WITH (FORCE)")
        environment = self.environment(RELAYBURN_DATABASE_URL=SERVER.as_role("postgres", name))
        self.write_log("a.jsonl", assistant())
        for command in (["ingest", "--path", self.logs], ["migrate"], ["analyze"]):
            result = self.run_program(*command, env=environment, expect=NO_STORE)
            self.assertIn(b"UTF8", result.err, command)
        self.assertEqual(SERVER.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'cli%'", SERVER.as_role("postgres", name)), "0")

    def test_a_server_that_is_not_there_is_exit_5_and_soon(self):
        for url in ("host=/nonexistent", "postgresql://127.0.0.1:1/x", "postgresql://no.such.host.invalid/x", f"{SERVER.url}&dbname=no_such_database"):
            begin = time.monotonic()
            result = self.run_program("analyze", env=self.environment(RELAYBURN_DATABASE_URL=url), expect=NO_STORE)
            self.assertLess(time.monotonic() - begin, 8)
            self.assertTrue(result.err)
        # A database that holds nothing of ours is an empty ledger, and stays as it is.
        self.assertEqual(self.analyze()["totals"]["turns"], 0)
        self.assertEqual(SERVER.value(f"SELECT count(*) FROM pg_namespace WHERE nspname = '{self.schema()}'"), "0")

    def test_schema_names_that_need_quotes(self):
        self.write_log("a.jsonl", assistant())
        own = unique_name()  # by the 63 bytes that PostgreSQL allows
        for name in (f'Relay "Burn" {own}', f"ä.b%c {own}", f"{own} select", own.ljust(63, "x"), f"a'b;-- {own}",
                     f"a$$b\\ {own}", f"$canonical_calls$ {own}", f"$turn_moved$ {own}"):
            environment = self.environment(RELAYBURN_DATABASE_SCHEMA=name)
            quoted = '"' + name.replace('"', '""') + '"'
            self.addCleanup(SERVER.sql, f"SET client_min_messages = warning; DROP SCHEMA {quoted} CASCADE")
            self.ingest_logs("--full", env=environment)
            self.assertEqual(self.analyze(env=environment)["totals"]["turns"], 1)
            self.assertEqual(SERVER.value(f"SELECT count(*) FROM {quoted}.turn"), "1")
            self.assertEqual(SERVER.value(f"SELECT count(*) FROM {quoted}.usage_calls"), "1")

    def test_a_schema_of_the_server_is_refused(self):
        for name in ("information_schema", "pg_mine"):
            self.run_program("migrate", env=self.environment(RELAYBURN_DATABASE_SCHEMA=name), expect=WRONG_USAGE)

    def test_a_renamed_schema_is_the_same_ledger(self):
        self.write_log("a.jsonl", assistant("msg_1", 1), assistant("msg_2", 1))
        self.ingest_logs()
        new = f"{self.schema()} new $$"
        SERVER.sql(f'ALTER SCHEMA {self.schema()} RENAME TO "{new}"')
        renamed = self.environment(RELAYBURN_DATABASE_SCHEMA=new)
        self.write_log("a.jsonl", assistant("msg_1", 5, ts="2026-03-01T10:00:00Z"), assistant("msg_2", 1))
        self.assertEqual(self.ingest_logs(env=renamed)["records"]["turn"]["updated"], 1)
        days = self.analyze("--by", "day", env=renamed)["tables"][0]["rows"]
        self.assertEqual([(row["day"], row["turns"]) for row in days], [("2026-03-01", 1), ("2026-03-02", 1)])
        # What the views read from needs an owner.
        for _ in range(2):
            self.run_program("migrate", env=renamed)
            self.assertEqual(SERVER.value(f'SELECT sum(output) FROM "{new}".usage_calls'), "6")

    def test_a_schema_of_another_application_is_left_alone(self):
        self.write_log("a.jsonl", assistant())
        for table in ("turn (x int)", "schema_versions (version bigint)"):
            SERVER.sql(f"CREATE SCHEMA {self.schema()}; CREATE TABLE {self.schema()}.{table}")
            result = self.run_program("ingest", "--path", self.logs, expect=FAILED)
            self.assertIn(b"RELAYBURN_DATABASE_SCHEMA", result.err)
            tables = f"SELECT count(*) FROM pg_tables WHERE schemaname = '{self.schema()}'"
            self.assertEqual(SERVER.value(tables), "1")
            SERVER.sql(f"DROP SCHEMA {self.schema()} CASCADE")

    def test_a_table_that_somebody_dropped_is_named(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        SERVER.sql(f"DROP TABLE {self.table('turn')}")
        result = self.run_program("ingest", "--full", "--path", self.logs, expect=FAILED)
        self.assertIn(b'turn" does not exist', result.err)
        self.assertNotIn(b"migrate", result.err)


class OperatorsSettings(Postgres):
    def role_with(self, setting):
        role = unique_name()
        SERVER.sql(f"CREATE ROLE {role} LOGIN SUPERUSER; ALTER ROLE {role} SET {setting}")
        self.addCleanup(SERVER.sql, f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
        return self.environment(RELAYBURN_DATABASE_URL=SERVER.as_role(role))

    def test_a_statement_timeout_is_honoured(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        locker = subprocess.Popen([SERVER.bin / "psql", "--no-psqlrc", "--quiet", SERVER.direct_url], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(locker.wait)
        self.addCleanup(locker.stdout.close)
        self.addCleanup(locker.stdin.close)
        locker.stdin.write(f"BEGIN; LOCK TABLE {self.table('turn')};\n\\echo held\n")
        while locker.stdout.readline().strip() != "held":
            pass
        begin = time.monotonic()
        result = self.run_program("analyze", env=self.role_with("statement_timeout = '300ms'"), expect=NO_STORE, timeout=100)
        self.assertIn(b"statement timeout", result.err)
        self.assertLess(time.monotonic() - begin, 30)

    def test_a_slow_reader_of_an_export_is_waited_for(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{k}") for k in range(20000)])
        self.ingest_logs()
        options = self.environment(PGOPTIONS="-c idle_in_transaction_session_timeout=50ms")
        process = self.start("export", env=options, bufsize=0)
        process.stdout.read(1)
        time.sleep(0.3)
        out, err = process.communicate(timeout=100)
        self.assertEqual((process.returncode, err), (DONE, b""))
        self.assertGreaterEqual(out.count(b"\n"), 20000)

    def test_a_lock_timeout_is_honoured_too(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs(env=self.role_with("lock_timeout = '10s'"))
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def test_a_read_only_default_is_exit_5_for_a_writer_and_nothing_to_a_reader(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        self.write_log("b.jsonl", assistant("msg_2"))
        environment = self.role_with("default_transaction_read_only = on")
        self.assertIn(b"read-only", self.run_program("ingest", "--path", self.logs, env=environment, expect=NO_STORE).err)
        self.assertEqual(self.analyze(env=environment)["totals"]["turns"], 1)


    def test_a_role_with_a_single_connection_is_enough(self):
        role = unique_name()
        SERVER.sql(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 1; GRANT CREATE ON DATABASE relayburn TO {role}")
        self.addCleanup(SERVER.sql, f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
        self.ledger_home.mkdir(parents=True)
        (self.ledger_home / "config.toml").write_text("pool_size = 1\n")
        environment = self.environment(RELAYBURN_DATABASE_URL=SERVER.as_role(role), RELAYBURN_CONTENT_STORE="full")
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(3000)])
        for command in (["ingest", "--path", self.logs], ["analyze"], ["export", "--digest"], ["status"], ["migrate"],
                        ["stamp", "--session", "s-1", "a=b"], ["prune", "--older-than", "1d"]):
            self.run_program("--quiet", *command, env=environment, timeout=60)
        self.assertEqual(self.analyze()["totals"]["turns"], 3000)

    def test_no_connection_left_is_exit_5_and_said(self):
        role = unique_name()
        SERVER.sql(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")
        self.addCleanup(SERVER.sql, f"DROP ROLE {role}")
        environment = self.environment(RELAYBURN_DATABASE_URL=SERVER.as_role(role))
        self.assertIn(b"too many connections", self.run_program("analyze", env=environment, expect=NO_STORE).err)

    def test_the_second_of_two_hosts_does_when_the_first_is_down(self):
        socket, port = SERVER.direct_url.split("host=")[1].split("&port=")
        url = f"postgresql://postgres@/relayburn?host=%2Fnonexistent,{socket}&port=1,{port}&target_session_attrs=read-write"
        self.write_log("a.jsonl", assistant())
        self.ingest_logs(env=self.environment(RELAYBURN_DATABASE_URL=url))
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def test_tables_that_somebody_partitioned(self):
        self.run_program("migrate")
        for table in ("turn", "content"):
            SERVER.sql(f"ALTER TABLE {self.table(table)} RENAME TO old_{table}; CREATE TABLE {self.table(table)}"
                       f" (LIKE {self.table('old_' + table)} INCLUDING DEFAULTS, PRIMARY KEY (id)) PARTITION BY HASH (id)")
            for part in range(3):
                SERVER.sql(f"CREATE TABLE {self.table(f'{table}_{part}')} PARTITION OF {self.table(table)}"
                           f" FOR VALUES WITH (MODULUS 3, REMAINDER {part})")
        environment = self.environment(RELAYBURN_CONTENT_STORE="full")
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", 1) for step in range(20)])
        self.assertEqual(self.ingest_logs(env=environment)["records"]["turn"], {"inserted": 20, "updated": 0, "duplicate": 0})
        self.write_log("b.jsonl", *[assistant(f"msg_{step}", 2 - step % 2) for step in range(30)])
        summary = self.ingest_logs(env=environment)
        self.assertEqual(summary["records"]["turn"], {"inserted": 10, "updated": 10, "duplicate": 10})
        self.assertEqual(self.analyze()["totals"]["turns"], 30)


class Pool(Postgres):
    def test_one_connection_is_enough_and_no_more_are_made(self):
        for number in range(4):
            self.write_log(f"{number}.jsonl", *[assistant(f"msg_{number}_{step}", step, content=[{"type": "text", "text": "x" * 500}])
                                                for step in range(6000)])
        self.ledger_home.mkdir(parents=True)
        (self.ledger_home / "config.toml").write_text("pool_size = 1\n")
        name = f"relayburn/pool-{self.schema()}"
        environment = self.environment(RELAYBURN_DATABASE_URL=f"{SERVER.url}&application_name={name.replace('/', '%2F')}")
        process = self.start("ingest", "--json", "--path", self.logs, env=environment)
        seen = []
        while process.poll() is None:
            seen.append(int(SERVER.value(f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'")))
        out, err = process.communicate()
        self.assertEqual((process.returncode, json.loads(out)["records"]["turn"]["inserted"]), (DONE, 24000), err)
        self.assertEqual(max(seen), 1, seen)

    def test_the_program_says_who_it_is(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(20000)])
        process = self.start("ingest", "--quiet", "--path", self.logs)
        names = set()
        while process.poll() is None:
            names.update(name for [name] in SERVER.sql("SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'relayburn%'"))
        process.communicate()
        version = self.run_program("--version").text.split()[-1]
        self.assertIn(f"relayburn/{version}", names)


del Postgres  # has no tests

if __name__ == "__main__":
    main()
