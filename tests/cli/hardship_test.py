#!/usr/bin/env python3
"""Junk, full disks, closed streams: nothing is lost, nothing hangs."""

import os
import random
import resource
import shutil
import signal
import subprocess
import unittest

from harness import DONE, IS_SANITIZED, LOCAL_STORES, NO_STORE, PROGRAM, CliTest, assistant, is_root, main, raw, user

MEGABYTE = 1 << 20


def many_turns(count, text="x" * 200):
    return [assistant(f"msg_{number}", number, content=[{"type": "text", "text": f"{text}{number}"}])
            for number in range(count)]


class Junk(CliTest):
    def test_a_log_of_random_bytes(self):
        junk = random.Random(1).randbytes(2 * MEGABYTE)
        (self.logs / "junk.jsonl").write_bytes(junk + b"\n")
        self.write_log("z.jsonl", assistant())
        summary = self.ingest_logs()
        self.assertEqual(summary["files"], {"found": 2, "read": 2, "unchanged": 0, "failed": 0})
        rejected = sum(1 for line in junk.split(b"\n") if line.strip(b" \t\r"))
        self.assertEqual(summary["lines"]["rejected"], rejected)
        self.assert_one_turn_of(10)

    def test_bytes_changed_at_random_never_crash_or_cost_another_line(self):
        dice = random.Random(2)
        line = raw(assistant("msg_damaged", 10, content=[{"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}}]))
        damaged = []
        for _ in range(3000):
            bad = bytearray(line)
            for _ in range(dice.randint(1, 4)):
                bad[dice.randrange(len(bad))] = dice.choice(b'{}[]",:\\\0\xff\x80 0-9eE.utfn')
            damaged.append(bytes(bad))
        self.write_log("a.jsonl", assistant("msg_first", 5), *damaged, assistant("msg_last", 6))
        summary = self.ingest_logs()
        self.assertEqual(summary["lines"]["read"], len(damaged) + 2)
        ids = {turn["messageId"] for turn in self.export("turn")}
        self.assertLessEqual({"msg_first", "msg_last"}, ids)

    def test_a_file_that_is_no_log_at_all(self):
        shutil.copy(PROGRAM, self.logs / "program.jsonl")
        self.write_log("z.jsonl", assistant())
        self.ingest_logs()
        self.assert_one_turn_of(10)


class FullDisk(CliTest):
    """Exit 5, and the next run completes once there is room."""

    only_on = LOCAL_STORES

    def expected_digest(self):
        elsewhere = self.environment(RELAYBURN_HOME=str(self.root / "elsewhere"))
        self.ingest_logs(env=elsewhere)
        return self.digest(env=elsewhere)

    @unittest.skipUnless(is_root(), "needs a mount namespace")
    def test_a_disk_of_1_mb_that_grows(self):
        self.write_log("a.jsonl", *many_turns(6000))
        self.write_log("b.jsonl", *many_turns(10))
        self.ledger_home.mkdir()
        script = '''
            mount -t tmpfs -o size=1m none "$RELAYBURN_HOME" || exit 77
            "$PROGRAM" ingest --json --path "$LOGS" > full.out 2> full.err; echo $? > full.status
            "$PROGRAM" ingest --json --path "$LOGS" > again.out 2> again.err; echo $? > again.status
            "$PROGRAM" analyze --json > report.out 2> report.err; echo $? > report.status
            mount -o remount,size=200m "$RELAYBURN_HOME"
            "$PROGRAM" ingest --json --path "$LOGS" > room.out 2> room.err; echo $? > room.status
            "$PROGRAM" export --digest > digest.out
        '''
        environment = self.environment(PROGRAM=str(PROGRAM), LOGS=str(self.logs))
        outcome = subprocess.run(["unshare", "-m", "sh", "-c", script], env=environment, cwd=self.root,
                                 capture_output=True, timeout=120)
        if outcome.returncode == 77:
            self.skipTest("no mount namespace here")
        read = lambda name: (self.root / name).read_text().strip()
        self.assertEqual(read("full.status"), str(NO_STORE), read("full.err"))
        self.assertTrue(read("full.err"))
        self.assertEqual(read("again.status"), str(NO_STORE), read("again.err"))
        self.assertIn(read("report.status"), (str(DONE), str(NO_STORE)), read("report.err"))
        self.assertEqual(read("room.status"), str(DONE), read("room.err"))
        self.assertEqual(read("digest.out"), self.expected_digest())

    def test_a_limit_of_file_size(self):
        self.write_log("a.jsonl", *many_turns(6000))
        self.ingest("--path", self.write_log("b.jsonl", *many_turns(10)))
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        result = self.run_program("ingest", "--json", "--path", self.logs, expect=NO_STORE, preexec_fn=limit)
        self.assertEqual(result.json["error"]["code"], "unavailable")
        self.assertTrue(result.err)
        self.ingest_logs()
        self.assertEqual(self.digest(), self.expected_digest())

    def test_a_limit_of_file_size_whose_signal_is_not_ignored(self):
        self.write_log("a.jsonl", *many_turns(6000))
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        self.run_program("ingest", "--path", self.logs, expect=NO_STORE, preexec_fn=limit)


class NoThreads(CliTest):
    only_on = LOCAL_STORES

    @unittest.skipIf(IS_SANITIZED, "a sanitizer needs threads of its own")
    def test_what_is_quicker_with_threads_works_without(self):
        identity = self.as_nobody()
        self.write_log("p/a.jsonl", assistant())
        limit = lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        self.run_program("ingest", "--path", self.logs, preexec_fn=limit, **identity)
        self.assert_one_turn_of(10)

    @unittest.skipIf(IS_SANITIZED, "a sanitizer needs threads of its own")
    def test_nor_do_many_logs_need_them(self):
        identity = self.as_nobody()
        for number in range(4):
            self.write_log(f"p/{number}.jsonl", assistant(f"msg_{number}", content=[{"type": "text", "text": "x" * 2 * MEGABYTE}]))
        limit = lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        self.run_program("ingest", "--path", self.logs, preexec_fn=limit, **identity)
        self.assertEqual(self.analyze()["totals"]["turns"], 4)

    @unittest.skipIf(IS_SANITIZED, "a sanitizer needs threads of its own")
    def test_nor_does_more_than_a_batch(self):
        identity = self.as_nobody()
        self.write_log("p/a.jsonl", *many_turns(25_000))
        limit = lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        self.run_program("ingest", "--path", self.logs, preexec_fn=limit, **identity)
        self.assertEqual(self.analyze()["totals"]["turns"], 25_000)


class Streams(CliTest):
    def test_a_closed_pipe_ends_the_program_quietly(self):
        self.write_log("a.jsonl", *many_turns(3000))
        self.ingest_logs()
        process = self.start("export")
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        self.assertEqual((process.wait(timeout=30), err), (DONE, b""))

    def test_a_full_output_device_is_an_error_and_said(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        with open("/dev/full", "wb") as full:
            result = self.run_program("analyze", "--json", expect=None, stdout=full)
        self.assertNotEqual(result.status, DONE)
        self.assertIn(b"No space left", result.err)

    def test_streams_that_are_closed_from_the_start_never_reach_the_ledger(self):
        """Without care the first files opened get the numbers 0 to 2, and output is written into them."""
        self.write_log("a.jsonl", assistant("msg_1", 1), "junk", user())
        elsewhere = self.environment(RELAYBURN_HOME=str(self.root / "elsewhere"))
        self.ingest_logs(env=elsewhere)
        for closed in ([1], [2], [1, 2], [0, 1, 2]):
            def close_streams(numbers=tuple(closed)):
                for number in numbers:
                    os.close(number)
            home = self.root / "closed-{}".format("-".join(map(str, closed)))
            environment = self.environment(RELAYBURN_HOME=str(home))
            for command in (["ingest", "--json", "--path", str(self.logs)], ["ingest", "-v", "--path", str(self.logs)],
                            ["status"], ["export"]):
                self.run_program(*command, env=environment, expect=None, timeout=20, preexec_fn=close_streams)
            self.ingest_logs(env=environment)
            self.assertEqual(self.digest(env=environment), self.digest(env=elsewhere), closed)
            for path in [*self.logs.rglob("*.jsonl"), *home.rglob("*.json")]:
                self.assertNotIn(b"schemaVersion", path.read_bytes(), path)

    def test_results_go_to_stdout_and_all_else_to_stderr(self):
        self.write_log("a.jsonl", assistant(), "junk")
        result = self.run_program("ingest", "--json", "--path", self.logs)
        self.assertEqual(result.out.count(b"\n"), 1)
        self.assertIn(b"a.jsonl:2:", result.err)

    def test_quiet_says_nothing_when_all_went_well(self):
        self.write_log("a.jsonl", assistant())
        result = self.run_program("ingest", "--quiet", "--path", self.logs)
        self.assertEqual((result.out, result.err), (b"", b""))


if __name__ == "__main__":
    main()
