#!/usr/bin/env python3
"""Lines of any length: memory is bounded by the longest line that is read, not by the log."""

import os
import resource
import unittest

from harness import DONE_IN_PART, FAILED, IS_SANITIZED, CliTest, assistant, main, raw

MEGABYTE = 1 << 20


def limit_memory(megabytes):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))


def many_turns(count, text):
    return [assistant(f"msg_{number}", number, content=[{"type": "text", "text": f"{text}{number}"}])
            for number in range(count)]


class GiantTest(CliTest):
    def ingested_within(self, megabytes):
        summary, used = self.measured("ingest", "--json", "--path", self.logs)
        if not IS_SANITIZED:
            self.assertLess(used // MEGABYTE, megabytes)
        return summary["lines"]


class GiantLines(GiantTest):
    def test_a_line_of_50_mb(self):
        giant = assistant("msg_giant", 7, content=[{"type": "text", "text": "x" * (50 * MEGABYTE)}])
        self.write_log("a.jsonl", assistant("msg_1", 1), giant, assistant("msg_2", 2))
        self.assertEqual(self.ingested_within(600), {"read": 3, "rejected": 0})
        totals = self.analyze()["totals"]
        self.assertEqual((totals["turns"], totals["usage"]["output"]), (3, 10))

    def test_memory_does_not_grow_with_the_log(self):
        # 80 MB of lines, all of them wanted.
        self.write_log("a.jsonl", *many_turns(10000, text="x" * 8000))
        self.assertEqual(self.ingested_within(150), {"read": 10000, "rejected": 0})
        self.assertEqual(self.analyze()["totals"]["turns"], 10000)


class BeforeTheStore(GiantTest):
    """What is decided before any backend is met."""

    needs_every_backend = False

    def test_a_line_of_50_mb_in_many_small_pieces(self):
        """What a parser keeps for each of them is more than their bytes."""
        pieces = b"[" + b",".join([b"1"] * (12 * MEGABYTE)) + b"]"
        giant = raw(assistant("msg_giant", 7, content=[{"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "@"}}]))
        self.write_log("a.jsonl", giant.replace(b'"@"', pieces + b',"more":' + pieces), assistant("msg_2", 2))
        self.assertEqual(self.ingested_within(900), {"read": 2, "rejected": 0})
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    def test_a_damaged_line_of_50_mb(self):
        giant = raw(assistant("msg_giant", 7, content=[{"type": "text", "text": "@"}]))
        self.write_log("a.jsonl", giant.replace(b"@", b"\xff" * (50 * MEGABYTE)), giant[:60] + b"x" * (50 * MEGABYTE),
                       assistant("msg_2", 2))
        self.assertEqual(self.ingested_within(900), {"read": 3, "rejected": 1})
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    def grow_by_hole(self, path, megabytes):
        os.truncate(path, path.stat().st_size + megabytes * MEGABYTE)

    def test_a_line_of_1_gb_is_skipped_and_reported(self):
        log = self.write_log("a.jsonl", assistant("msg_1", 1))
        self.grow_by_hole(log, 1024)
        self.append_log(log, b"\n" + raw(assistant("msg_2", 2)) + b"\n")
        self.assertEqual(self.ingested_within(100), {"read": 3, "rejected": 1})
        self.assertEqual(self.analyze()["totals"]["turns"], 2)
        self.assert_nothing_read(self.ingest_logs())

    def test_the_message_names_file_and_line(self):
        log = self.write_log("a.jsonl", assistant("msg_1", 1), b" " * (64 * MEGABYTE), b"x" * (64 * MEGABYTE), b"x" * (64 * MEGABYTE + 1))
        problems = [(issue["path"], issue["line"], issue["problem"]) for issue in self.ingest_logs()["issues"]]
        self.assertEqual(problems, [(str(log), 3, "not a JSON object"), (str(log), 4, "longer than 64 MiB, skipped")])

    def test_a_long_line_that_is_still_written_is_skipped_once(self):
        log = self.write_log("a.jsonl", assistant("msg_1", 1))
        self.grow_by_hole(log, 100)
        self.assertEqual(self.ingest_logs()["lines"], {"read": 2, "rejected": 1})
        self.assert_nothing_read(self.ingest_logs())
        self.append_log(log, b"{" * 1000)
        summary = self.ingest_logs()
        self.assertEqual((summary["bytesRead"], summary["lines"]), (1000, {"read": 0, "rejected": 0}))
        self.append_log(log, b"\n" + raw(assistant("msg_2", 2)) + b"\nrubbish\n")
        summary = self.ingest_logs()
        self.assertEqual((summary["lines"], summary["issues"][0]["line"]), ({"read": 2, "rejected": 1}, 4))
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    @unittest.skipIf(IS_SANITIZED, "a sanitizer wants much address space")
    def test_memory_that_runs_out_is_the_failure_of_one_log(self):
        pieces = b"[" + b",".join([b"1"] * (30 * MEGABYTE)) + b"]"
        giant = raw(assistant("msg_giant", 7, content=[{"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "@"}}]))
        log = self.write_log("a.jsonl", assistant("msg_1", 1), giant.replace(b'"@"', pieces), assistant("msg_3", 3))
        self.write_log("b.jsonl", assistant("msg_2", 2))
        summary = self.ingest_logs(expect=DONE_IN_PART, preexec_fn=limit_memory(400))
        self.assertEqual((summary["files"]["read"], summary["files"]["failed"]), (1, 1))
        self.assertEqual([(issue["path"], issue["problem"]) for issue in summary["issues"]], [(str(log), "out of memory")])
        self.assertIn("msg_2", {turn["messageId"] for turn in self.export("turn")})
        self.assertEqual(self.ingest_logs()["lines"], {"read": 3, "rejected": 0})
        self.assertEqual(self.analyze()["totals"]["turns"], 4)

    @unittest.skipIf(IS_SANITIZED, "a sanitizer wants much address space")
    def test_a_failure_of_any_sort_is_noted(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        [identity] = (self.ledger_home / "hosts").iterdir()
        kept = identity.read_bytes()
        os.truncate(identity, 1024 * MEGABYTE)
        self.run_program("ingest", "--path", self.logs, expect=FAILED, preexec_fn=limit_memory(400))
        identity.write_bytes(kept)
        self.assertEqual(self.run_program("status", "--json").json["lastError"]["problem"], "out of memory")

    def test_many_objects_on_one_line(self):
        lines = many_turns(20000, text="")
        self.write_log("a.jsonl", b"".join(map(raw, lines)))
        summary = self.ingest_logs(timeout=60)
        self.assertEqual(summary["lines"], {"read": 1, "rejected": 0})
        self.assertEqual(self.inserted(summary)["turn"], 20000)


if __name__ == "__main__":
    main()
