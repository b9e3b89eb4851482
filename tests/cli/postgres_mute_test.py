#!/usr/bin/env python3
"""A connection that stays open, and on which no answer comes. The clock runs fifty times as fast, so 5 minutes are 6 seconds."""

import subprocess
import time

from clock_test import FAKE_CLOCK
from harness import DONE, IS_SANITIZED, NO_STORE, CliTest, assistant, main
from network import MuteNetwork
from postgres import SERVER


class Mute(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        if IS_SANITIZED or not FAKE_CLOCK:
            self.skipTest("needs libfaketime, and a program without sanitizers")

    def hurried(self, url):
        return self.environment(LD_PRELOAD=str(FAKE_CLOCK), FAKETIME="+0 x50", RELAYBURN_DATABASE_URL=url)

    def ingest_muted_at(self, word, expect):
        self.write_log("a.jsonl", assistant("msg_1"))
        self.ingest_logs()
        self.write_log("b.jsonl", assistant("msg_2"))
        network = MuteNetwork(word)
        self.addCleanup(network.close)
        url = network.url + "&connect_timeout=1000"
        result = self.run_program("ingest", "--path", self.logs, "--log-level", "debug", env=self.hurried(url), expect=expect, timeout=60)
        self.assertIn(b"no answer from ", result.err)
        self.assertIn(b" for 5 minutes", result.err)
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    def test_ends_a_run_that_asks_for_cursors(self):
        self.ingest_muted_at(b"log_cursor", NO_STORE)

    def test_a_batch_is_sent_again_on_another_one(self):
        self.ingest_muted_at(b"msg_2", DONE)

    def test_who_waits_for_a_migration_of_another_host_waits_on(self):
        lock = f"SELECT pg_advisory_lock(hashtext('relayburn'), hashtext('{self.schema()}..migrate'))"
        holder = subprocess.Popen([SERVER.bin / "psql", "--no-psqlrc", "--quiet", SERVER.direct_url], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(holder.stdout.close)
        self.addCleanup(holder.kill)
        holder.stdin.write(f"{lock};\n\\echo held\n")
        while holder.stdout.readline() != "held\n":
            pass
        migration = self.start("migrate", env=self.hurried(SERVER.direct_url + "&connect_timeout=1000"))
        self.addCleanup(migration.kill)
        time.sleep(8)
        if migration.poll() is not None:
            self.fail(migration.communicate())
        holder.stdin.close()
        holder.wait()
        out, err = migration.communicate(timeout=60)
        self.assertEqual(migration.returncode, DONE, (out, err))


if __name__ == "__main__":
    main()
