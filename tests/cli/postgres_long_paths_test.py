#!/usr/bin/env python3
"""Logs in paths that are longer than what an index of PostgreSQL takes."""

import random
import string

from harness import CliTest, assistant, main

LOGS = 25


class LongPaths(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        dice = random.Random(1)  # so that compressing them is of no use
        letters = string.ascii_letters + string.digits
        self.folder = "/".join("".join(dice.choices(letters, k=230)) for _ in range(13))
        for number in range(LOGS):
            self.write(number, assistant(f"msg_{number}", session=f"s-{number}"))

    def write(self, number, *lines):
        return self.write_log(f"{self.folder}/{number}.jsonl", *lines)

    def test_are_read_once_and_followed(self):
        result = self.run_program("ingest", "--json", "--path", self.logs)
        self.assertEqual((result.json["records"]["turn"]["inserted"], result.err), (LOGS, b""))
        again = self.ingest_logs()
        self.assert_nothing_read(again)
        self.assertEqual(again["files"]["unchanged"], LOGS)
        self.write(7, assistant("msg_7", session="s-7"), assistant("msg_new", session="s-7"))
        summary = self.ingest_logs()
        self.assertEqual((summary["files"]["read"], summary["records"]["turn"]["inserted"]), (1, 1))
        sqlite = self.environment(RELAYBURN_STORAGE="sqlite")
        self.ingest_logs(env=sqlite)
        self.assertEqual(self.digest(), self.digest(env=sqlite))


if __name__ == "__main__":
    main()
