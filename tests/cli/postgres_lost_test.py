#!/usr/bin/env python3
"""A database that loses what a running ingest has written: the run ends, and the next one makes the ledger whole."""

import json
import os
import signal
import subprocess
import time

from harness import KINDS, NO_STORE, CliTest, assistant, main
from postgres import SERVER, WithOwnServer

TURNS = 60000

# Whatever was committed after the last checkpoint is lost with the server's memory.
FORGETFUL = """
ALTER SYSTEM SET synchronous_commit = off;
ALTER SYSTEM SET wal_buffers = '256MB';
ALTER SYSTEM SET bgwriter_lru_maxpages = 0;
ALTER SYSTEM SET autovacuum = off;
"""


class Lost(CliTest):
    only_on = ("postgres",)
    server = SERVER

    def setUp(self):
        super().setUp()
        self.here = self.environment(RELAYBURN_DATABASE_URL=self.server.url)
        for number in range(3):
            self.write_log(f"{number}.jsonl", *[assistant(f"msg_{number}_{step}", step) for step in range(TURNS // 3)])

    def start_amid(self):
        """A run whose second batch is in: so it knows that the first one was."""
        process = self.start("ingest", "--json", "--path", self.logs, env=self.here)
        deadline = time.monotonic() + 30
        while int(self.server.value(f"SELECT coalesce(max(last_batch), 0) FROM {self.schema()}.run")) < 2:
            self.assertLess(time.monotonic(), deadline)
        self.assertIsNone(process.poll(), "it was done too early: make its logs larger")
        return process

    def assert_run_ends_and_the_next_is_whole(self, process):
        out, err = process.communicate(timeout=100)
        self.assertEqual((process.returncode, json.loads(out)["error"]["code"]), (NO_STORE, "unavailable"), err)
        self.assertTrue(err)
        self.ingest_logs(env=self.here)
        sqlite = self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_HOME=str(self.root / "sqlite"))
        self.ingest_logs(env=sqlite)
        self.assertEqual(self.digest(env=self.here), self.digest(env=sqlite))
        self.assertEqual(self.analyze(env=self.here)["totals"]["turns"], TURNS)
        counted = dict(self.server.sql(f"SELECT kind, sum(inserted) FROM {self.schema()}.run_count GROUP BY kind"))
        for kind in KINDS:
            rows = self.server.value(f"SELECT count(*) FROM {self.schema()}.{kind}")
            self.assertEqual(counted.get(kind, "0"), rows, kind)


class LostCommits(WithOwnServer, Lost):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for statement in FORGETFUL.strip().split("\n"):
            cls.server.sql(statement)
        cls.server.control("stop")
        cls.server.start()

    def test_by_a_server_that_acknowledges_what_it_has_not_written(self):
        self.run_program("migrate", env=self.here)
        self.server.sql("CHECKPOINT")
        writer = int(self.server.value("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"))
        os.kill(writer, signal.SIGSTOP)
        process = self.start_amid()
        os.kill(writer, signal.SIGKILL)  # which the server takes for a crash: it forgets its memory, and starts again
        self.assert_run_ends_and_the_next_is_whole(process)


class LostSchema(Lost):
    def test_dropped_and_made_again_amid_a_run(self):
        self.run_program("migrate", env=self.here)
        empty = subprocess.run([SERVER.bin / "pg_dump", f"--schema={self.schema()}", SERVER.direct_url],
                               check=True, stdout=subprocess.PIPE, text=True).stdout
        process = self.start_amid()
        # Behind this lock stands no batch that has begun.
        SERVER.psql(f"BEGIN; LOCK TABLE {self.schema()}.schema_versions; SET client_min_messages = warning;"
                    f" DROP SCHEMA {self.schema()} CASCADE;\n{empty}\nCOMMIT;")
        self.assert_run_ends_and_the_next_is_whole(process)


class LostBeforeTheFirstBatch(CliTest):
    only_on = ("postgres",)

    def test_what_an_earlier_run_wrote(self):
        """After this run has asked where that one stopped."""
        log = self.write_log("a.jsonl", assistant("msg_1"), assistant("msg_2"))
        self.ingest_logs()
        self.append_log(log, self.write_log("more", assistant("msg_3")).read_bytes())
        (self.logs / "more").unlink()
        holder = subprocess.Popen([SERVER.bin / "psql", "--no-psqlrc", "--quiet", SERVER.direct_url], stdin=subprocess.PIPE, text=True)
        self.addCleanup(holder.wait)
        holder.stdin.write(f"BEGIN; LOCK TABLE {self.schema()}.run;\n")
        holder.stdin.flush()
        held = f"SELECT count(*) FROM pg_locks WHERE relation = '{self.schema()}.run'::regclass AND"
        self.wait_for(f"{held} granted AND mode = 'AccessExclusiveLock'")
        process = self.start("ingest", "--path", self.logs)
        self.wait_for(f"{held} NOT granted")
        [[tables]] = SERVER.sql(f"SELECT string_agg(format('%I.%I', schemaname, tablename), ',') FROM pg_tables"
                                f" WHERE schemaname = '{self.schema()}' AND tablename <> 'schema_versions'")
        holder.stdin.write(f"TRUNCATE {tables}; COMMIT;\n")
        holder.stdin.close()
        process.communicate(timeout=60)
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 3)

    def wait_for(self, count):
        deadline = time.monotonic() + 20
        while SERVER.value(count) == "0":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)


del Lost  # has no tests

if __name__ == "__main__":
    main()
