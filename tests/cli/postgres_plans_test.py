#!/usr/bin/env python3
"""What a run costs depends on what it brings, whenever the server took statistics and however many copies a call has."""

from harness import IS_SANITIZED, CliTest, assistant, main
from postgres import SERVER

TOO_LONG = 120 if IS_SANITIZED else 30  # seconds; each of these had a run of more, and has now of some five


class Plans(CliTest):
    only_on = ("postgres",)

    def ingest(self):
        self.run_program("ingest", "--quiet", "--path", self.logs, timeout=TOO_LONG)

    def summarized(self):
        return int(SERVER.value(f"SELECT sum(turns) FROM {self.schema()}.usage_summary"))

    def test_statistics_of_a_ledger_of_tombstones(self):
        self.write_log("a.jsonl", *[assistant(f"a{n}", session="x", cwd="/zq") for n in range(3000)])
        self.ingest()
        self.run_program("forget", "--project", "/zq", "--quiet")
        SERVER.sql(f"ALTER TABLE {self.schema()}.turn SET (autovacuum_enabled = off); ANALYZE {self.schema()}.turn")
        self.write_log("b.jsonl", *[assistant(f"b{n}", ts=f"2026-03-{1 + n % 28:02}T10:00:00Z") for n in range(20000)])
        self.ingest()
        self.assertEqual(self.summarized(), 20000)
        # Few of many.
        self.write_log("c.jsonl", *[assistant(f"c{n}", ts=f"2026-04-{1 + n % 28:02}T10:00:00Z") for n in range(200)])
        self.ingest()
        self.assertEqual(self.summarized(), 20200)

    def test_many_copies_of_a_call(self):
        copies = 32000
        self.write_log("a.jsonl", *[assistant("msg_same", 1 + n % 100, session=f"s{n}", ts=f"2026-03-{1 + n % 28:02}T10:00:00Z")
                                    for n in range(copies)])
        self.ingest()
        self.assertEqual(self.summarized(), 1)
        # The new one is the greatest, then it is not.
        for number, output in enumerate((500, 2)):
            self.write_log(f"{number}.jsonl", assistant("msg_same", output, session=f"later{number}", ts="2026-05-01T10:00:00Z"))
            self.ingest()
            self.assertEqual(self.summarized(), 1)
            [row] = self.analyze("--by", "day")["tables"][0]["rows"]
            self.assertEqual((row["day"], row["turns"]), ("2026-05-01", 1))


if __name__ == "__main__":
    main()
