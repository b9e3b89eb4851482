#!/usr/bin/env python3
"""Ingest again and again: what a run reads, changes, predicts and reports."""

import shutil

from harness import DONE_IN_PART, KINDS, CliTest, assistant, main, raw, user

ONE_TOOL = [{"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"file_path": "/home/dev/a"}}]
A_RESULT = [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "three lines"}]
COMPACTED = {"type": "system", "subtype": "compact_boundary", "sessionId": "s-1", "uuid": "uuid-compact",
             "timestamp": "2026-03-02T11:00:00Z", "compactMetadata": {"trigger": "manual", "preTokens": 9}}


def a_session():
    """A line of each kind of record."""
    return [user(), assistant("msg_1", 10, content=ONE_TOOL), user(A_RESULT, uuid="uuid-user-2"),
            assistant("msg_2", 20), COMPACTED]


class Summary(CliTest):
    def test_has_the_fields_of_the_contract_and_true_counts(self):
        log = self.write_log("a.jsonl", *a_session())
        summary = self.ingest_logs()
        self.assertEqual(list(summary), ["schemaVersion", "storage", "hostId", "hostLabel", "files", "bytesRead",
                                         "lines", "records", "issues", "issuesOmitted", "elapsedMs"])
        self.assertEqual(summary["schemaVersion"], 1)
        self.assertEqual(summary["storage"], self.storage)
        self.assertRegex(summary["hostId"], "^[0-9a-f]{32}$")
        self.assertEqual(summary["hostLabel"], "tester@host")
        self.assertEqual(summary["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})
        self.assertEqual(summary["bytesRead"], log.stat().st_size)
        self.assertEqual(summary["lines"], {"read": 5, "rejected": 0})
        self.assertEqual(list(summary["records"]), KINDS)
        self.assertEqual(self.inserted(summary), {"turn": 2, "tool_call": 1, "tool_result": 1, "user_turn": 1,
                                                  "relationship": 1, "compaction": 1})

    def test_inserted_adds_up_to_the_rows(self):
        inserted = dict.fromkeys(KINDS, 0)
        log = self.write_log("a.jsonl")
        for line in a_session() + a_session() + [assistant("msg_2", 90)]:
            self.append_log(log, raw(line) + b"\n")
            summary = self.ingest_logs()
            for kind in KINDS:
                inserted[kind] += summary["records"][kind]["inserted"]
        rows = {kind: len(self.export(kind)) for kind in KINDS}
        self.assertEqual(inserted, rows)

    def test_shows_at_most_100_issues_and_counts_the_others(self):
        self.write_log("a.jsonl", *["junk"] * 130)
        summary = self.ingest_logs()
        self.assertEqual((len(summary["issues"]), summary["issuesOmitted"]), (100, 30))
        self.assertEqual(summary["lines"], {"read": 130, "rejected": 130})

    def test_an_issue_names_path_line_and_problem_across_runs(self):
        log = self.write_log("a.jsonl", *a_session(), "junk")
        [issue] = self.ingest_logs()["issues"]
        self.assertEqual((issue["path"], issue["line"]), (str(log), 6))
        self.append_log(log, b"{}\nmore junk\n")
        [issue] = self.ingest_logs()["issues"]
        self.assertEqual((issue["path"], issue["line"]), (str(log), 8))
        self.assertTrue(issue["problem"])

    def test_the_host_id_stays_and_is_made_anew_elsewhere(self):
        self.write_log("a.jsonl", *a_session())
        first = self.ingest_logs()["hostId"]
        self.assertEqual(self.ingest_logs()["hostId"], first)
        other = self.environment(RELAYBURN_HOME=str(self.root / "other"))
        self.assertNotEqual(self.ingest_logs(env=other)["hostId"], first)
        self.assertEqual(self.digest(env=other), self.digest(), "the host is no part of the ledger")


class SecondRun(CliTest):
    def test_changes_nothing_and_reads_no_body(self):
        for name in ("a.jsonl", "b/c.jsonl", "b/d/e.jsonl"):
            self.write_log(name, *a_session())
        self.ingest_logs()
        before = self.digest()
        summary = self.ingest_logs()
        self.assertEqual(summary["files"], {"found": 3, "read": 0, "unchanged": 3, "failed": 0})
        self.assert_nothing_read(summary)
        self.assert_nothing_changed(summary)
        self.assertEqual(self.digest(), before)

    def test_reads_only_what_was_appended(self):
        log = self.write_log("a.jsonl", *a_session())
        self.ingest_logs()
        more = raw(assistant("msg_3", 30)) + b"\n"
        self.append_log(log, more)
        summary = self.ingest_logs()
        self.assertEqual((summary["bytesRead"], summary["lines"]["read"]), (len(more), 1))
        self.assertEqual(self.inserted(summary), {"turn": 1})

    def test_very_many_logs(self):
        for number in range(2500):
            self.write_log(f"{number % 50}/{number}.jsonl", assistant(f"msg_{number}", session=f"s-{number}"))
        self.assertEqual(self.inserted(self.ingest_logs())["turn"], 2500)
        summary = self.ingest_logs()
        self.assertEqual(summary["files"]["unchanged"], 2500)
        self.assert_nothing_read(summary)

    def test_full_reads_everything_and_changes_nothing(self):
        log = self.write_log("a.jsonl", *a_session())
        self.ingest_logs()
        before = self.digest()
        summary = self.ingest_logs("--full")
        self.assertEqual((summary["files"]["read"], summary["bytesRead"]), (1, log.stat().st_size))
        self.assert_nothing_changed(summary)
        self.assertEqual(self.digest(), before)

    def test_half_a_line_then_the_other_half(self):
        line = raw(assistant("msg_1", 42))
        log = self.write_log("a.jsonl", user())
        self.append_log(log, line[: len(line) // 2])
        first = self.ingest_logs()
        self.assertEqual((self.inserted(first).get("turn"), first["lines"]["rejected"], first["issues"]), (None, 0, []))
        self.append_log(log, line[len(line) // 2:] + b"\n")
        self.assertEqual(self.inserted(self.ingest_logs()), {"turn": 1})
        self.assert_one_turn_of(42)

    def test_a_whole_last_line_without_newline_counts_once(self):
        log = self.write_log("a.jsonl", assistant("msg_1", 42), end="")
        self.assertEqual(self.inserted(self.ingest_logs())["turn"], 1)
        self.append_log(log, b"\n" + raw(assistant("msg_2", 1)))
        summary = self.ingest_logs()
        self.assertEqual(self.inserted(summary), {"turn": 1})
        self.assertEqual(summary["lines"]["rejected"], 0)
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    def test_a_line_cut_anywhere_is_no_turn_until_it_is_whole(self):
        """The same line cut at every byte, each in a log of its own."""
        line = raw(assistant("msg_1", 42, content=[{"type": "text", "text": 'brot "{}" \\ \u20ac'}]))
        logs = [self.write_log(f"{at:04}.jsonl", line[:at], end="") for at in range(len(line))]
        summary = self.ingest_logs()
        self.assertEqual(self.inserted(summary), {})
        self.assertEqual((summary["lines"], summary["issues"]), ({"read": 0, "rejected": 0}, []))
        for at, log in enumerate(logs):
            self.append_log(log, line[at:] + b"\n")
        summary = self.ingest_logs()
        self.assertEqual((summary["lines"]["read"], summary["lines"]["rejected"]), (len(line), 0))
        self.assert_one_turn_of(42)
        self.assertEqual(len(self.export("turn")), 1)

    def test_a_line_that_stays_cut_is_rejected_wherever_it_was_cut(self):
        line = raw(assistant("msg_1", 42))
        self.write_log("a.jsonl", *[line[:at] for at in range(1, len(line))])
        summary = self.ingest_logs()
        self.assertEqual(summary["lines"], {"read": len(line) - 1, "rejected": len(line) - 1})
        self.assertEqual(self.inserted(summary), {})

    def test_a_further_line_of_the_same_message_with_more_output(self):
        log = self.write_log("a.jsonl", assistant("msg_1", 5))
        self.ingest_logs()
        self.append_log(log, raw(assistant("msg_1", 500)) + b"\n")
        counts = self.ingest_logs()["records"]["turn"]
        self.assertEqual(counts, {"inserted": 0, "updated": 1, "duplicate": 0})
        self.assert_one_turn_of(500)
        self.append_log(log, raw(assistant("msg_1", 50)) + b"\n")
        counts = self.ingest_logs()["records"]["turn"]
        self.assertEqual(counts, {"inserted": 0, "updated": 0, "duplicate": 1})
        self.assert_one_turn_of(500)

    def test_the_report_is_the_same_after_the_logs_were_deleted(self):
        self.write_log("a.jsonl", *a_session())
        self.ingest_logs()
        report, digest = self.analyze("--by", "model", "--by", "day"), self.digest()
        shutil.rmtree(self.logs)
        self.logs.mkdir()
        self.assertEqual(self.ingest_logs()["files"]["found"], 0)
        self.assertEqual(self.analyze("--by", "model", "--by", "day"), report)
        self.assertEqual(self.digest(), digest)


class ChangedLogs(CliTest):
    """Whatever happens to a log, the ledger keeps what it saw and sees what is new."""

    def setUp(self):
        super().setUp()
        self.log = self.write_log("a.jsonl", assistant("msg_1", 10), assistant("msg_2", 20))
        self.ingest_logs()

    def assert_outputs(self, *outputs):
        self.assertEqual(sorted(turn["output"] for turn in self.export("turn")), sorted(outputs))

    def test_truncated(self):
        self.write_log("a.jsonl", assistant("msg_1", 10))
        self.assertEqual(self.ingest_logs()["files"]["read"], 1)
        self.assert_outputs(10, 20)

    def test_replaced_by_a_longer_one(self):
        self.write_log("a.jsonl", assistant("msg_3", 30), assistant("msg_4", 40), assistant("msg_5", 50))
        self.ingest_logs()
        self.assert_outputs(10, 20, 30, 40, 50)

    def test_replaced_by_one_of_the_same_size(self):
        self.write_log("a.jsonl", assistant("msg_1", 10), assistant("msg_3", 20))
        self.ingest_logs()
        self.assert_outputs(10, 20, 20)

    def test_rewritten_at_its_beginning_and_grown(self):
        self.write_log("a.jsonl", assistant("msg_8", 80), assistant("msg_2", 20), assistant("msg_3", 30))
        self.ingest_logs()
        self.assert_outputs(10, 20, 30, 80)

    def test_moved_and_copied(self):
        digest = self.digest()
        shutil.copy(self.log, self.logs / "copy.jsonl")
        (self.logs / "deeper").mkdir()
        self.log.rename(self.logs / "deeper" / "moved.jsonl")
        summary = self.ingest_logs()
        self.assertEqual(summary["files"]["read"], 2)
        self.assert_nothing_changed(summary)
        self.assertEqual(self.digest(), digest)

    def test_touched(self):
        self.log.touch()
        self.assert_nothing_changed(self.ingest_logs())

    def test_the_ledger_deleted(self):
        digest = self.digest()
        self.delete_ledger()
        self.assertEqual(self.inserted(self.ingest_logs())["turn"], 2, "its cursors went with it")
        self.assertEqual(self.digest(), digest)

    def test_another_ledger(self):
        elsewhere = self.environment(RELAYBURN_SQLITE_PATH=str(self.root / "new.sqlite"),
                                     RELAYBURN_FILE_DIR=str(self.root / "new"))
        self.assertEqual(self.inserted(self.ingest_logs(env=elsewhere))["turn"], 2)
        self.assertEqual(self.digest(env=elsewhere), self.digest())


class Convergence(CliTest):
    """The law of LEDGER.md: neither order nor cuts nor paths change the digest."""

    LINES = [user(), assistant("msg_1", 1), assistant("msg_1", 700, content=ONE_TOOL), user(A_RESULT, uuid="u-2"),
             assistant("msg_1", 8, session="s-2"), assistant("msg_1", 700, session="s-2", message={"stop_reason": "end_turn"}),
             # Equal in all that the revision holds: the earlier time decides, then the tie.
             assistant("msg_2", 9, ts="2026-03-02T10:00:05Z"), assistant("msg_2", 9, ts="2026-03-02T10:00:04Z"),
             assistant("msg_3", 9, uuid="a", cwd="/a"), assistant("msg_3", 9, uuid="b", cwd="/b"),
             assistant("msg_4", 9, ts=None), assistant("msg_4", 9), COMPACTED, {**COMPACTED, "uuid": None}]

    def digest_of(self, name, chunks):
        environment = self.environment(RELAYBURN_HOME=str(self.root / name))
        for number, chunk in enumerate(chunks):
            log = self.root / f"{name}-{number}.jsonl"
            log.write_bytes(b"".join(raw(line) + b"\n" for line in chunk))
            self.ingest("--path", log, env=environment)
        return self.digest(env=environment)

    def test_the_digest_depends_on_the_set_of_objects_alone(self):
        lines = self.LINES
        together = self.digest_of("together", [lines])
        self.assertEqual(self.digest_of("reversed", [lines[::-1]]), together)
        self.assertEqual(self.digest_of("one_by_one", [[line] for line in lines]), together)
        self.assertEqual(self.digest_of("reversed_one_by_one", [[line] for line in lines[::-1]]), together)
        self.assertEqual(self.digest_of("interleaved", [lines[::2], lines[1::2], lines[::3]]), together)


class DryRun(CliTest):
    def everything_below(self):
        return {path: path.read_bytes() for path in self.root.rglob("*")
                if path.is_file() and not path.is_relative_to(self.logs)}

    def test_writes_nothing_where_there_is_nothing(self):
        self.write_log("a.jsonl", *a_session())
        before = self.everything_below()
        self.ingest_logs("--dry-run")
        self.assertFalse(self.ledger_home.exists(), list(self.ledger_home.rglob("*")))
        self.assertEqual(self.everything_below(), before)

    def test_predicts_the_counts_and_leaves_the_ledger_as_it_is(self):
        log = self.write_log("a.jsonl", *a_session())
        predicted = self.ingest_logs("--dry-run")
        real = self.ingest_logs()
        self.assertEqual(predicted["records"], real["records"])
        self.assertEqual(self.inserted(real)["turn"], 2)
        self.append_log(log, b"".join(raw(line) + b"\n" for line in [assistant("msg_1", 99), assistant("msg_1", 98),
                                                                     assistant("msg_3", 1), user(uuid="uuid-new")]))
        digest = self.digest()
        predicted = self.ingest_logs("--dry-run")
        self.assertEqual(self.digest(), digest)
        real = self.ingest_logs()
        for field in ("files", "bytesRead", "lines", "records", "issues"):
            self.assertEqual(predicted[field], real[field], field)
        # Within one batch only the greatest line of a message meets the ledger.
        self.assertEqual(real["records"]["turn"], {"inserted": 1, "updated": 1, "duplicate": 1})


class Strict(CliTest):
    def test_a_rejected_line_is_a_failure_only_with_strict(self):
        self.write_log("a.jsonl", assistant("msg_1", 10), "junk", assistant("msg_2", 20))
        self.ingest_logs("--dry-run")
        self.ingest_logs("--dry-run", "--strict", expect=DONE_IN_PART)
        self.ingest_logs("--strict", expect=DONE_IN_PART)
        self.assertEqual(self.analyze()["totals"]["turns"], 2, "all that could be stored is stored")
        self.ingest_logs("--strict")
        self.ingest_logs("--strict", "--full", expect=DONE_IN_PART)

    def test_an_odd_number_is_no_rejected_line(self):
        self.write_log("a.jsonl", assistant("msg_1", 10, usage={"input_tokens": -1}))
        self.assertEqual(self.ingest_logs("--strict")["lines"]["rejected"], 0)


class ContentStore(CliTest):
    SECRETS = ["Please go on", "three lines", "Done.", "rm -rf", "secret-pattern", "https://secret.example"]

    def lines(self):
        inputs = {"Bash": {"command": "rm -rf /tmp/x"}, "Grep": {"pattern": "secret-pattern"},
                  "WebFetch": {"url": "https://secret.example"}}
        tools = [{"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": value} for name, value in inputs.items()]
        return [*a_session(), assistant("msg_5", 5, content=tools)]

    def test_off_no_text_reaches_any_file(self):
        self.write_log("a.jsonl", *self.lines())
        self.ingest_logs()
        for path in self.ledger_home.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                for secret in self.SECRETS:
                    self.assertNotIn(secret.encode(), data, path)

    def test_full_keeps_the_text_and_only_export_content_shows_it(self):
        self.write_log("a.jsonl", *self.lines())
        full = self.environment(RELAYBURN_CONTENT_STORE="full")
        digest = None
        self.ingest_logs()
        digest = self.digest()
        summary = self.ingest_logs("--full", env=full)
        # The prompt, a reply, a result and four inputs of tools.
        self.assertEqual(self.inserted(summary), {"content": 7})
        self.assertNotIn(b"Please go on", self.run_program("export").out)
        self.assertIn(b"Please go on", self.run_program("export", "--content").out)
        self.assertEqual(self.digest(), digest)


if __name__ == "__main__":
    main()
