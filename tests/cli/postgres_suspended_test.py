#!/usr/bin/env python3
"""A host that is suspended amid a batch, its lid closed say, holds up nobody: what it has sent is committed without it."""

import json
import signal
import subprocess
import time

from harness import DONE, CliTest, assistant, main
from postgres import SERVER


def turn(step):
    """One that calls a tool: a row for each of two tables."""
    call = {"type": "tool_use", "id": f"toolu_{step}", "name": "Read", "input": {"file_path": f"/{'x' * 500}/{step}"}}
    return assistant(f"msg_{step}", step, content=[call])


class Suspended(CliTest):
    only_on = ("postgres",)

    def host(self, name):
        return self.environment(RELAYBURN_HOME=str(self.root / name), RELAYBURN_DATABASE_SCHEMA=self.schema())

    def wait_for(self, condition):
        deadline = time.monotonic() + 20
        activity = f"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%{self.schema()}%' AND pid <> pg_backend_pid()"
        while SERVER.value(f"{activity} AND {condition}") == "0":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def suspend_amid_a_batch(self, process):
        """With turns written that are not committed; all else has been sent."""
        self.wait_for("application_name LIKE 'relayburn/%' AND wait_event_type = 'Lock'")
        process.send_signal(signal.SIGSTOP)
        self.locker.stdin.close()
        self.locker.wait()

    def lock_tool_calls(self):
        self.locker = subprocess.Popen([SERVER.bin / "psql", "--no-psqlrc", "--quiet", SERVER.direct_url],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(self.locker.stdout.close)
        self.locker.stdin.write(f"BEGIN; LOCK TABLE {self.schema()}.tool_call IN SHARE MODE;\n\\echo held\n")
        self.assertEqual(self.locker.stdout.readline(), "held\n")

    def check(self, turns):
        self.write_log("a.jsonl", *[turn(step) for step in range(turns)])
        self.run_program("migrate", env=self.host("first"))
        self.lock_tool_calls()
        first = self.start("ingest", "--json", "--path", self.logs, env=self.host("first"))
        self.addCleanup(first.kill)
        self.suspend_amid_a_batch(first)
        begin = time.monotonic()
        second = self.ingest_logs(env=self.host("second"), timeout=60)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(second["records"]["turn"], {"inserted": 0, "updated": 0, "duplicate": turns})
        first.send_signal(signal.SIGCONT)
        out, err = first.communicate(timeout=60)
        self.assertEqual((first.returncode, err), (DONE, b""))
        self.assertEqual(json.loads(out)["records"]["turn"], {"inserted": turns, "updated": 0, "duplicate": 0})
        counted = SERVER.sql(f"SELECT sum(inserted), sum(duplicate) FROM {self.schema()}.run_count WHERE kind = 'turn'")
        self.assertEqual(counted, [[str(turns), str(turns)]])
        self.assert_nothing_read(self.ingest_logs(env=self.host("first")))

    def test_after_it_has_sent_its_rows(self):
        self.check(100)


if __name__ == "__main__":
    main()
