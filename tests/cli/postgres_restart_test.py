#!/usr/bin/env python3
"""Servers that stop, connections that break, databases that are switched, dropped and restored: the next run makes it whole."""

import json
import subprocess
import time

from harness import DONE, KINDS, NO_STORE, CliTest, assistant, main
from postgres import SERVER, WithOwnServer

TURNS = 60000


class Postgres(CliTest):
    only_on = ("postgres",)
    server = SERVER

    def setUp(self):
        super().setUp()
        self.environment_here = self.environment(RELAYBURN_DATABASE_URL=self.server.url)

    def rows(self, kind):
        return int(self.server.value(f"SELECT count(*) FROM {self.schema()}.{kind}"))

    def write_much(self):
        for number in range(3):
            self.write_log(f"{number}.jsonl", *[assistant(f"msg_{number}_{step}", step) for step in range(TURNS // 3)])

    def start_amid(self):
        """A run that has written something, but not yet all."""
        self.run_program("migrate", env=self.environment_here)
        process = self.start("ingest", "--json", "--path", self.logs, env=self.environment_here)
        deadline = time.monotonic() + 30
        while self.rows("turn") == 0:
            self.assertLess(time.monotonic(), deadline)
        self.assertIsNone(process.poll(), "it was done too early: make its logs larger")
        return process

    def assert_whole(self):
        """As one host that reads the same logs into sqlite; and what all runs counted adds up to the rows."""
        sqlite = self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_HOME=str(self.root / "sqlite"))
        self.ingest_logs(env=sqlite)
        self.assertEqual(self.digest(env=self.environment_here), self.digest(env=sqlite))
        counted = dict(self.server.sql(f"SELECT kind, sum(inserted) FROM {self.schema()}.run_count GROUP BY kind"))
        for kind in KINDS:
            self.assertEqual(int(counted.get(kind, 0)), self.rows(kind), kind)


class BrokenConnections(Postgres):
    def test_a_run_whose_connections_are_cut_goes_on(self):
        self.write_much()
        process = self.start_amid()
        cut = 0
        for _ in range(5):
            cut += len(self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                       f" WHERE application_name LIKE 'relayburn/%' AND query LIKE '%{self.schema()}%'"))
            time.sleep(0.05)
        self.assertGreater(cut, 0)
        out, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, DONE, err)
        self.assertLessEqual(json.loads(out)["records"]["turn"]["inserted"], TURNS)
        self.assert_whole()
        self.assertEqual(json.loads(out)["records"]["turn"]["inserted"], TURNS)


    def test_a_schema_that_is_dropped_amid_a_run(self):
        self.write_much()
        process = self.start_amid()
        self.server.sql(f"SET client_min_messages = warning; DROP SCHEMA {self.schema()} CASCADE")
        _, err = process.communicate(timeout=100)
        self.assertIn(process.returncode, (DONE, NO_STORE), err)
        self.ingest_logs()
        self.assert_whole()


class RestartedServer(WithOwnServer, Postgres):
    def test_stopped_amid_a_run_and_started_again(self):
        self.write_much()
        process = self.start_amid()
        self.server.stop_at_once()
        self.server.start()
        out, err = process.communicate(timeout=120)
        self.assertIn(process.returncode, (DONE, NO_STORE), err)
        if process.returncode == DONE:
            self.assertEqual(json.loads(out)["records"]["turn"]["inserted"], TURNS)
        else:
            self.assertTrue(err)
        self.ingest_logs(env=self.environment_here)
        self.assert_nothing_read(self.ingest_logs(env=self.environment_here))
        self.assert_whole()


class Ledgers(Postgres):
    """Where a host stopped reading stands in the ledger itself."""

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant("msg_1"), assistant("msg_2"))

    def other(self):
        return self.environment(RELAYBURN_DATABASE_SCHEMA=self.schema() + "_b")

    def turns(self, summary):
        return summary["records"]["turn"]["inserted"]

    def test_switched_to_another_and_back(self):
        self.assertEqual(self.turns(self.ingest_logs()), 2)
        self.assertEqual(self.turns(self.ingest_logs(env=self.other())), 2)
        self.write_log("b.jsonl", assistant("msg_3"))
        self.assertEqual(self.turns(self.ingest_logs(env=self.other())), 1)
        self.assertEqual(self.turns(self.ingest_logs()), 1)
        self.assert_nothing_read(self.ingest_logs())
        self.assertEqual(self.digest(), self.digest(env=self.other()))

    def test_another_database_of_the_same_server(self):
        name = self.schema()
        self.ingest_logs()
        SERVER.sql(f"CREATE DATABASE {name}")
        self.addCleanup(SERVER.sql, f"DROP DATABASE {name} WITH (FORCE)")
        elsewhere = self.environment(RELAYBURN_DATABASE_URL=SERVER.as_role("postgres", name))
        self.assertEqual(self.turns(self.ingest_logs(env=elsewhere)), 2)
        self.assert_nothing_read(self.ingest_logs())
        self.assertEqual(self.digest(env=elsewhere), self.digest())

    def test_a_dropped_schema(self):
        self.ingest_logs()
        digest = self.digest()
        SERVER.sql(f"SET client_min_messages = warning; DROP SCHEMA {self.schema()} CASCADE")
        self.assertEqual(self.turns(self.ingest_logs()), 2)
        self.assertEqual(self.digest(), digest)

    def test_emptied_tables(self):
        """Whoever empties by hand takes the cursors along; else only --full can know."""
        self.ingest_logs()
        digest = self.digest()
        tables = SERVER.sql(f"SELECT string_agg(format('%I.%I', schemaname, tablename), ',') FROM pg_tables"
                            f" WHERE schemaname = '{self.schema()}' AND tablename <> 'schema_versions'")
        SERVER.sql(f"TRUNCATE {tables[0][0]}")
        self.assertEqual(self.turns(self.ingest_logs()), 2)
        self.assertEqual(self.digest(), digest)

    def test_a_restored_dump_of_an_earlier_day(self):
        self.ingest_logs()
        dump = subprocess.run([SERVER.bin / "pg_dump", f"--schema={self.schema()}", SERVER.direct_url],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
        self.append_log(self.logs / "a.jsonl", (self.write_log("line", assistant("msg_3"))).read_bytes())
        (self.logs / "line").unlink()
        self.write_log("b.jsonl", assistant("msg_4"))
        self.assertEqual(self.turns(self.ingest_logs()), 2)
        digest = self.digest()
        SERVER.sql(f"SET client_min_messages = warning; DROP SCHEMA {self.schema()} CASCADE")
        SERVER.psql(dump)
        self.assertEqual(self.analyze()["totals"]["turns"], 2)
        self.assertEqual(self.turns(self.ingest_logs()), 2)
        self.assertEqual(self.digest(), digest)


del Postgres  # has no tests

if __name__ == "__main__":
    main()
