#!/usr/bin/env python3
"""Reading 300,000 rows takes no more memory than reading few."""

import hashlib
import subprocess
import sys
import unittest

from harness import IS_SANITIZED, PROGRAM, CliTest, assistant, main
from postgres import SERVER

ROWS = 300_000
MOST_BYTES = 40 << 20


class Streaming(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant("msg_0", content=[{"type": "text", "text": "x" * 100}]))
        self.ingest_logs(env=self.environment(RELAYBURN_CONTENT_STORE="full"))

    def multiply(self, table, count, **columns):
        """Rows like the one that is there, each with a key of its own."""
        own = {"id": f"substring(sha256(('{table}' || n)::bytea) FOR 16)", "call_key": "substring(sha256(('call' || n)::bytea) FOR 16)",
               "message_id": "'msg_' || n", "ts": "ts + n * interval '1 second'", "body": "body || n", **columns}
        names = [name for [name] in SERVER.sql("SELECT column_name FROM information_schema.columns"
                                                 f" WHERE table_schema = '{self.schema()}' AND table_name = '{table}'")]
        values = [own.get(name, name) for name in names]
        SERVER.sql(f"INSERT INTO {self.schema()}.{table} ({', '.join(names)}) SELECT {', '.join(values)}"
                   f" FROM {self.schema()}.{table}, generate_series(1, {count}) AS n; ANALYZE {self.schema()}.{table}")

    def peak(self, *arguments, stdout):
        """The most memory that the program had, in bytes."""
        measure = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=sys.stderr)")
        done = subprocess.run([sys.executable, "-c", measure, PROGRAM, *arguments], env=self.environment(), check=True,
                              stdout=stdout, stderr=subprocess.PIPE, timeout=200)
        return int(done.stderr)

    def test_an_export_keeps_nothing_of_what_it_has_written(self):
        self.multiply("turn", ROWS // 2)
        self.multiply("content", ROWS // 2)
        with open(self.root / "out", "wb") as out:
            peak = self.peak("export", "--content", stdout=out)
        digest = hashlib.sha256()
        lines = 0
        with open(self.root / "out", "rb") as out:
            for line in out:
                lines += 1
                digest.update(line)
        self.assertGreater(lines, ROWS)
        self.assertEqual(self.run_program("export", "--content", "--digest").text.strip(), digest.hexdigest())
        self.assert_flat(peak)

    def test_large_bodies_are_fetched_few_at_a_time(self):
        self.multiply("content", 60, body="repeat(md5(n::text), 131072)")  # 4 MiB each
        self.assert_flat(self.peak("export", "--content", stdout=subprocess.DEVNULL), 100 << 20)

    def test_neither_does_a_report(self):
        self.multiply("turn", ROWS)
        SERVER.sql(f"INSERT INTO \"{self.schema()}\".turn_change SELECT DISTINCT ts FROM \"{self.schema()}\".turn")
        peak = self.peak("analyze", "--json", "--by", "model", stdout=subprocess.DEVNULL)
        self.assertEqual(self.analyze()["totals"]["turns"], ROWS + 1)
        self.assert_flat(peak)

    def test_nor_a_copy(self):
        self.multiply("turn", ROWS // 3)
        peak = self.peak("copy", "--from", "postgres", "--to", "sqlite", stdout=subprocess.DEVNULL)
        # SQLite's own cache, and batches on their way.
        self.assert_flat(peak, 3 * MOST_BYTES)

    def assert_flat(self, peak, most=MOST_BYTES):
        if not IS_SANITIZED:  # which keeps what was freed for a while
            self.assertLess(peak, most)


if __name__ == "__main__":
    main()
