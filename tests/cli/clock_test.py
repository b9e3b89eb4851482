#!/usr/bin/env python3
"""No clock decides what is in a ledger: neither the host's, nor the times that logs state, nor those of files."""

import os
from pathlib import Path

from harness import CHECK_FAILED, IS_SANITIZED, LOCAL_STORES, WRONG_USAGE, CliTest, assistant, main, raw, user

FAKE_CLOCK = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
CLOCKS = ("2001-01-01 00:00:00", "2037-12-31 23:59:59", "2001-01-01 00:00:00")
TIMES = ("2026-03-02T10:00:00.000Z", "2999-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "2026-03-01T10:00:00.000Z")


class Clocks(CliTest):
    def lines(self, first, count):
        return [assistant(f"msg_{step}", 1 + step, ts=TIMES[step % len(TIMES)]) for step in range(first, first + count)]

    def at(self, clock, **more):
        """The environment of a host whose clock shows that time."""
        return self.environment(LD_PRELOAD=str(FAKE_CLOCK), FAKETIME=f"@{clock}", **more)

    def require_fake_clock(self):
        if IS_SANITIZED or not FAKE_CLOCK:
            self.skipTest("needs libfaketime, and a program without sanitizers")

    def plain(self):
        other = self.environment(RELAYBURN_HOME=str(self.root / "plain"))
        self.ingest_logs(env=other)
        return self.digest(env=other), self.table("day", env=other)

    def test_the_ledger_is_the_same_whatever_the_hosts_clock_shows(self):
        self.require_fake_clock()
        log = self.write_log("a.jsonl", user(), *self.lines(0, 8))
        for step, clock in enumerate(CLOCKS):
            summary = self.ingest_logs(env=self.at(clock))
            self.assertEqual(summary["files"]["read"], 1, clock)
            self.assert_nothing_read(self.ingest_logs(env=self.at(clock)))
            self.append_log(log, b"".join(raw(line) + b"\n" for line in self.lines(8 + step, 1)))
        self.ingest_logs()
        self.assertEqual((self.digest(), self.table("day")), self.plain())
        self.assertEqual(self.analyze()["totals"]["turns"], 11)

    def test_times_of_the_log_go_into_no_decision_what_to_read(self):
        log = self.write_log("a.jsonl", *self.lines(0, 2))
        self.ingest_logs()
        for step in range(2, 8):
            self.append_log(log, raw(self.lines(step, 1)[0]) + b"\n")
            self.assertEqual(self.inserted(self.ingest_logs()), {"turn": 1})
        self.assertEqual((self.digest(), self.table("day")), self.plain())

    def test_times_of_files_that_lie_in_the_future_or_go_back(self):
        log = self.write_log("a.jsonl", *self.lines(0, 2))
        for step, seconds in enumerate((4_000_000_000, 0, 2_000_000_000, 1), 2):
            os.utime(log, (seconds, seconds))
            self.ingest_logs()
            self.assert_nothing_read(self.ingest_logs())
            self.append_log(log, raw(self.lines(step, 1)[0]) + b"\n")
            os.utime(log, (0, 0))
        self.ingest_logs()
        self.assertEqual((self.digest(), self.table("day")), self.plain())

    def test_a_stamp_has_the_time_that_a_person_states(self):
        self.require_fake_clock()
        self.write_log("a.jsonl", *self.lines(0, 2))
        self.ingest_logs()
        for clock in CLOCKS:
            self.run_program("stamp", "--session", "s-1", "team=red", "--ts", "2026-03-09T00:00:00Z", env=self.at(clock))
        self.assertEqual(len(self.export("stamp")), 1)

    def test_a_host_that_was_retired_by_a_clock_that_is_ahead_is_back_with_its_next_ingest(self):
        self.require_fake_clock()
        log = self.write_log("a.jsonl", *self.lines(0, 1))
        self.ingest_logs()
        [host] = self.run_program("hosts", "--json").json["hosts"]
        self.run_program("hosts", "retire", host["id"], env=self.at("2056-01-01 00:00:00"))
        self.assertTrue(self.run_program("hosts", "--json").json["hosts"][0]["retired"])
        self.append_log(log, raw(self.lines(1, 1)[0]) + b"\n")
        self.ingest_logs()
        self.assertFalse(self.run_program("hosts", "--json").json["hosts"][0]["retired"])


class BackFromTheFuture(CliTest):
    def test_what_a_host_says_of_itself_is_heard_after_its_clock_was_set_right(self):
        Clocks.require_fake_clock(self)
        log = self.write_log("a.jsonl", assistant("msg_1"))
        self.ingest_logs(env=Clocks.at(self, "2056-01-01 00:00:00", RELAYBURN_HOST_LABEL="ahead"))
        for label in ("right", "right again"):
            self.append_log(log, raw(assistant(f"msg_{label}")) + b"\n")
            self.ingest_logs(env=self.environment(RELAYBURN_HOST_LABEL=label))
            [host] = self.run_program("hosts", "--json").json["hosts"]
            self.assertEqual(host["label"], label)
            self.assertLess(host["lastIngest"], "2050")


class OwnClock(Clocks):
    only_on = LOCAL_STORES

    def test_a_host_that_is_silent_ends_status_with_a_code_of_its_own_where_that_is_asked_for(self):
        self.require_fake_clock()
        self.write_log("a.jsonl", *self.lines(0, 1))
        self.ingest_logs()
        fresh = self.run_program("status", "--max-age", "1d")
        self.assertTrue(fresh.text.startswith("1 host: 1 fresh\n"), fresh.text)
        later = self.at("2056-01-01 00:00:00")
        result = self.run_program("status", "--max-age", "20d", env=later, expect=CHECK_FAILED)
        self.assertTrue(result.text.startswith("1 host: 0 fresh, 1 silent for over 20 d\n"), result.text)
        self.assertIn("tester@host has not ingested for", result.text)
        self.run_program("status", env=later)
        self.run_program("status", "--max-age", "soon", expect=WRONG_USAGE)
        self.assertRegex(self.run_program("hosts", env=later).text, r"tester@host +silent +\d{4}-\S+ +\d+ d ago")
        [host] = self.run_program("hosts", "--json").json["hosts"]
        self.run_program("hosts", "retire", host["id"])
        self.run_program("status", "--max-age", "1d", env=later)


class ServersClock(Clocks):
    only_on = ("postgres",)

    def test_a_host_whose_clock_is_ahead_deletes_no_text_of_the_team(self):
        self.require_fake_clock()
        self.write_log("a.jsonl", user("Keep this"))
        full = {"RELAYBURN_CONTENT_STORE": "full"}
        self.ingest_logs(env=self.environment(**full))
        self.write_log("b.jsonl", user("And this", uuid="u-2"))
        self.ingest_logs(env=self.at("2056-01-01 00:00:00", RELAYBURN_CONTENT_TTL="3650d", **full))
        self.assertIn(b" 0 pieces of content", b" " + self.run_program("prune", "--older-than", "3650d",
                                                                       env=self.at("2056-01-01 00:00:00")).out)
        self.assertEqual(self.run_program("export", "--content").out.count(b'"kind":"content"'), 2)


if __name__ == "__main__":
    main()
