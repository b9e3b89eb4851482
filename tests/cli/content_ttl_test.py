#!/usr/bin/env python3
"""Stored content that is too old to be kept goes by itself."""

import os

from harness import WRONG_USAGE, CliTest, assistant, main, user

RECENT = "2999-01-01T00:00:00Z"


class Ttl(CliTest):
    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", user("An old prompt"), assistant("msg_1", ts="2026-03-02T10:00:00Z"),
                       user("A new prompt", ts=RECENT, uuid="u-2"))

    def full(self, ttl="90d"):
        return self.environment(RELAYBURN_CONTENT_STORE="full", RELAYBURN_CONTENT_TTL=ttl)

    def bodies(self):
        lines = self.run_program("export", "--content").out.decode()
        return [text for text in ("An old prompt", "Done.", "A new prompt") if text in lines]

    def prune_again(self):
        """As if a day had passed."""
        for mark in self.ledger_home.rglob("*.pruned"):
            os.utime(mark, (0, 0))

    def test_each_ingest_prunes_what_is_older(self):
        self.ingest_logs(env=self.full(None))
        self.assertEqual(self.bodies(), ["An old prompt", "Done.", "A new prompt"])
        self.ingest_logs(env=self.full())
        self.assertEqual(self.bodies(), ["A new prompt"])
        if self.storage != "postgres":
            self.assertNotIn(b"An old prompt", self.written())
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def test_what_comes_late_stays_hidden_and_goes_a_day_later(self):
        self.ingest_logs(env=self.full())
        digest = self.run_program("export", "--digest", "--content").out
        self.ingest_logs("--full", env=self.full())
        self.assertEqual(self.bodies(), ["A new prompt"])
        self.assertEqual(self.run_program("export", "--digest", "--content").out, digest)
        self.prune_again()
        self.assertIn(b"pieces of content deleted", self.run_program("ingest", "-v", env=self.full()).err)
        if self.storage != "postgres":
            self.assertNotIn(b"An old prompt", self.written())

    def test_once_a_day(self):
        for said in (True, False):
            result = self.run_program("ingest", "--path", self.logs, "-v", env=self.full())
            self.assertEqual(b"content_ttl" in result.err, said)
        self.prune_again()
        self.assertIn(b"content_ttl", self.run_program("ingest", "-v", "--content-ttl", "4w").err)

    def test_a_span_that_is_none_is_exit_2(self):
        for span in ("90", "d", "2026-01-01", "-1d", "1y", "1234567d", "90 d"):
            result = self.run_program("ingest", env=self.full(span), expect=WRONG_USAGE)
            self.assertIn(b"RELAYBURN_CONTENT_TTL", result.err, span)


if __name__ == "__main__":
    main()
