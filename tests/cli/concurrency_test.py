#!/usr/bin/env python3
"""Several runs at once, on one host and on several."""

import fcntl
import json
import signal
import time

from harness import DONE, NO_STORE, CliTest, assistant, main, raw


def is_locked(path):
    with open(path, "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


class OneRunAHostAndLedger(CliTest):
    def setUp(self):
        super().setUp()
        self.project = self.home / ".claude" / "projects" / "p"
        self.project.mkdir(parents=True)
        self.put("s-1", assistant("msg_1"))

    def put(self, name, *lines):
        (self.project / f"{name}.jsonl").write_bytes(b"".join(raw(line) + b"\n" for line in lines))

    def lock_path(self):
        [path] = (self.ledger_home / "locks").glob("ingest-*.lock")
        return path

    def hold_lock(self):
        self.ingest()
        lock = open(self.lock_path(), "rb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.addCleanup(lock.close)
        return lock

    def test_a_second_run_leaves_after_2_seconds_with_exit_0(self):
        self.hold_lock()
        self.put("s-2", assistant("msg_2"))
        begin = time.monotonic()
        summary = self.ingest()
        waited = time.monotonic() - begin
        self.assertEqual(summary["skipped"], "another run")
        self.assert_nothing_read(summary)
        self.assertTrue(1.8 < waited < 10, waited)
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def note_holder(self, hours):
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - hours * 3600))
        self.lock_path().with_suffix(".holder").write_text(json.dumps({"pid": 4711, "host": "laptop", "since": since}))
        return since

    def test_a_run_that_is_skipped_says_for_whom(self):
        self.hold_lock()
        since = self.note_holder(0.5)
        self.assertEqual(self.ingest()["holder"], {"pid": 4711, "host": "laptop", "since": since})
        self.assertIn(f"(process 4711 on laptop, since {since})", self.run_program("ingest").text)
        self.assertNotIn("more than an hour", self.run_program("status").text)

    def test_one_that_is_at_work_for_more_than_an_hour_is_no_success(self):
        self.hold_lock()
        since = self.note_holder(1.1)
        result = self.run_program("ingest", expect=NO_STORE)
        self.assertIn(f"more than an hour (process 4711 on laptop, since {since})".encode(), result.err)
        warnings = self.run_program("status", "--json").json["warnings"]
        self.assertTrue([text for text in warnings if "an ingest has been at work for more than an hour" in text], warnings)

    def test_a_real_run_says_who_it_is(self):
        watch = self.start("ingest", "--json", "--path", self.write_log("a.jsonl", *[assistant(f"msg_{n}", n) for n in range(40_000)]))
        self.addCleanup(watch.communicate)
        holders = self.ledger_home / "locks"
        while watch.poll() is None and not list(holders.glob("ingest-*.holder")):
            time.sleep(0.002)
        [path] = holders.glob("ingest-*.holder")
        self.assertEqual(json.loads(path.read_text())["pid"], watch.pid)
        watch.wait(timeout=60)
        self.assertEqual(list(holders.glob("ingest-*.holder")), [])

    def test_a_run_that_is_not_skipped_does_not_say_so(self):
        self.assertNotIn("skipped", self.ingest())

    def test_with_path_it_waits_until_the_other_has_ended(self):
        lock = self.hold_lock()
        log = self.write_log("a.jsonl", assistant("msg_2"))
        process = self.start("ingest", "--json", "--path", log)
        time.sleep(3.5)
        self.assertIsNone(process.poll(), "it waits")
        lock.close()
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, DONE, err)
        self.assertEqual(self.inserted(json.loads(out)), {"turn": 1})

    def test_another_ledger_and_a_dry_run_are_not_held_up(self):
        self.hold_lock()
        other = self.environment(RELAYBURN_SQLITE_PATH=str(self.root / "x.sqlite"), RELAYBURN_FILE_DIR=str(self.root / "x"))
        self.assertNotIn("skipped", self.ingest(env=other))
        self.assertNotIn("skipped", self.ingest("--dry-run"))

    def test_the_running_one_looks_once_more(self):
        self.ingest()
        lock_path = self.lock_path()
        for number in range(30):
            self.put(f"big-{number}", *[assistant(f"msg_{number}_{k}") for k in range(2000)])
        running = self.start("ingest", "--json")
        deadline = time.monotonic() + 20
        while not is_locked(lock_path):
            self.assertLess(time.monotonic(), deadline)
        running.send_signal(signal.SIGSTOP)
        try:
            self.assertTrue(is_locked(lock_path), "it was stopped too late: make its logs larger")
            self.put("late", assistant("msg_late", 77))
            self.assertEqual(self.ingest()["skipped"], "another run")
        finally:
            running.send_signal(signal.SIGCONT)
        out, err = running.communicate(timeout=60)
        self.assertEqual(running.returncode, DONE, err)
        self.assertTrue(any(turn["messageId"] == "msg_late" for turn in self.export("turn")))
        # The two passes add up to what is in the ledger now, and the last one says what it found.
        summary = json.loads(out)
        self.assertEqual(summary["records"]["turn"]["inserted"], 60001)
        self.assertEqual(summary["files"]["found"], 32)

    def start_with_new_log(self, number):
        self.put(f"late-{number}", assistant(f"msg_late_{number}"))
        return self.start("ingest", "--json")

    def summary_of(self, process):
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, DONE, err)
        return json.loads(out)

    def check_nothing_is_missed(self, summaries):
        """That a log held before the last one started."""
        self.assertEqual(self.analyze()["totals"]["turns"], len(summaries) + 1)
        inserted = sum(summary["records"]["turn"]["inserted"] for summary in summaries)
        self.assertEqual(inserted, len(summaries) + 1)
        self.assert_nothing_read(self.ingest())

    def test_fifty_at_once_miss_nothing(self):
        processes = [self.start_with_new_log(number) for number in range(50)]
        self.check_nothing_is_missed([self.summary_of(process) for process in processes])

    def test_forty_nine_that_find_a_slow_one_at_work_leave_and_miss_nothing(self):
        """As cron jobs and hooks pile up."""
        slow = self.start_with_new_log(0)
        deadline = time.monotonic() + 20
        while not list((self.ledger_home / "locks").glob("ingest-*.lock")) or not is_locked(self.lock_path()):
            self.assertLess(time.monotonic(), deadline)
        slow.send_signal(signal.SIGSTOP)
        self.assertTrue(is_locked(self.lock_path()), "it was stopped too late")
        others = [self.start_with_new_log(number) for number in range(1, 50)]
        summaries = [self.summary_of(process) for process in others]
        self.assertEqual([summary.get("skipped") for summary in summaries], ["another run"] * 49)
        slow.send_signal(signal.SIGCONT)
        self.check_nothing_is_missed([self.summary_of(slow), *summaries])

    def test_a_run_over_a_path_looks_in_the_usual_places_for_the_one_that_left(self):
        self.ingest()
        lock_path = self.lock_path()
        big = self.write_log("big.jsonl", *[assistant(f"msg_{k}") for k in range(60000)])
        running = self.start("ingest", "--json", "--path", big)
        deadline = time.monotonic() + 20
        while not is_locked(lock_path):
            self.assertLess(time.monotonic(), deadline)
        running.send_signal(signal.SIGSTOP)
        try:
            self.assertTrue(is_locked(lock_path), "it was stopped too late: make its log larger")
            self.put("late", assistant("msg_late", 77))
            self.assertEqual(self.ingest()["skipped"], "another run")
        finally:
            running.send_signal(signal.SIGCONT)
        _, err = running.communicate(timeout=60)
        self.assertEqual(running.returncode, DONE, err)
        self.assertTrue(any(turn["messageId"] == "msg_late" for turn in self.export("turn")))

    def test_a_mark_that_nobody_took_harms_no_later_run(self):
        self.hold_lock().close()
        mark = self.lock_path().with_suffix(".again")
        mark.touch()
        self.put("s-2", assistant("msg_2"))
        self.assertEqual(self.inserted(self.ingest()), {"turn": 1})
        self.assertFalse(mark.exists())

    def test_the_lock_of_a_killed_run_is_free(self):
        for number in range(10):
            self.put(f"big-{number}", *[assistant(f"msg_{number}_{k}") for k in range(2000)])
        process = self.start("ingest")
        while not list((self.ledger_home / "locks").glob("ingest-*.lock")):
            time.sleep(0.001)
        process.kill()
        process.communicate()
        self.assertNotIn("skipped", self.ingest())


class SeveralHosts(CliTest):
    def host(self, name, logs):
        """A host is a home of its own; the store is one."""
        return self.environment(RELAYBURN_HOME=str(self.root / name), RELAYBURN_HOST_LABEL=name,
                                RELAYBURN_SQLITE_PATH=str(self.root / "shared.sqlite"),
                                RELAYBURN_FILE_DIR=str(self.root / "shared"), HOME=str(logs))

    def test_write_at_once_and_the_counts_add_up(self):
        environments = []
        for number in range(4):
            logs = self.root / f"logs-{number}"
            project = logs / ".claude" / "projects" / "p"
            project.mkdir(parents=True)
            # Each knows the first 800 lines, and 200 of its own.
            lines = [assistant(f"msg_{k}", 1 + k % 7) for k in range(800)]
            lines += [assistant(f"msg_{number}_{k}", 5) for k in range(200)]
            (project / "s.jsonl").write_bytes(b"".join(raw(line) + b"\n" for line in lines))
            environments.append(self.host(f"host-{number}", logs))
        processes = [self.start("ingest", "--json", env=environment) for environment in environments]
        outcomes = [(process.communicate(timeout=60), process.returncode) for process in processes]
        inserted = 0
        for (out, err), status in outcomes:
            self.assertEqual(status, DONE, err)
            inserted += json.loads(out)["records"]["turn"]["inserted"]
        self.assertEqual(inserted, 800 + 4 * 200)
        self.assertEqual(self.analyze(env=environments[0])["totals"]["turns"], inserted)
        hosts = json.loads(self.run_program("status", "--json", env=environments[0]).out)["hosts"]
        self.assertEqual([host["label"] for host in hosts], [f"host-{number}" for number in range(4)])
        [row] = self.table("host", env=environments[0])
        self.assertEqual(row["host"], "host-0", "of the hosts that saw the session the smallest label")
        self.assertEqual(self.table("host", "--host", "host-1", env=environments[0]), [])

    def test_a_reader_never_sees_half_a_run_fail(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{k}") for k in range(20000)])
        writer = self.start("ingest", "--path", self.logs)
        seen = []
        while writer.poll() is None:
            seen.append(self.analyze()["totals"]["turns"])
        writer.communicate()
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(self.analyze()["totals"]["turns"], 20000)


if __name__ == "__main__":
    main()
