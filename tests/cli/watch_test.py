#!/usr/bin/env python3
"""`ingest --watch`: reads what changes as it changes, waits while the ledger is away, ends when told to."""

import fcntl
import json
import shutil
import signal
import threading
import time

from harness import DONE, NO_PLUGIN, WRONG_USAGE, ClaudeTest, assistant, main, raw, session_meta, token_count
from opencode_logs import Session, reply, tokens, user, write_database
from postgres import OwnServer


class WatchTest(ClaudeTest):
    def watch(self, *arguments, interval=3600, env=None, **options):
        """Runs it; what it prints comes in as it prints it."""
        process = self.start("ingest", "--watch", "--json", "--interval", str(interval), *arguments, env=env, **options)
        self.passes, self.said = [], []

        def collect(stream, lines, read):
            for line in stream:
                lines.append(read(line))
            stream.close()

        threads = [threading.Thread(target=collect, args=(process.stdout, self.passes, json.loads)),
                   threading.Thread(target=collect, args=(process.stderr, self.said, bytes.decode))]
        for thread in threads:
            thread.start()

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()
            for thread in threads:
                thread.join()

        self.addCleanup(end)
        return process

    def eventually(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what}: {self.passes} {self.said}")
            time.sleep(0.05)

    def until_turns(self, count):
        self.eventually(lambda: sum(each["records"]["turn"]["inserted"] for each in self.passes) >= count, f"{count} turns")

    def stop(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        begin = time.monotonic()
        self.assertEqual(process.wait(timeout=60), DONE, self.said)
        return time.monotonic() - begin


class Watch(WatchTest):
    def test_what_is_added_is_read_when_it_is_added(self):
        process = self.watch()
        self.until_turns(1)
        self.append_log(self.log, raw(assistant("msg_2")) + b"\n")
        self.until_turns(2)
        self.put("s-2.jsonl", assistant("msg_3", session="s-2"))
        self.until_turns(3)
        self.project = self.project.parent / "new" / "folder"
        self.put("s-3/subagents/agent-a.jsonl", assistant("msg_4", session="s-3"))
        self.until_turns(4)
        self.append_log(self.project / "s-3/subagents/agent-a.jsonl", raw(assistant("msg_5", session="s-3")) + b"\n")
        self.until_turns(5)
        self.stop(process)
        self.assertEqual(self.analyze()["totals"]["turns"], 5)
        self.assertEqual(self.said, [])

    def test_a_burst_is_one_pass(self):
        process = self.watch()
        self.until_turns(1)
        for number in range(20):
            self.append_log(self.log, raw(assistant(f"msg_b{number}")) + b"\n")
        self.until_turns(21)
        self.assertLess(len(self.passes), 10)
        self.stop(process)

    def test_nothing_is_done_and_said_while_nothing_changes(self):
        process = self.watch(interval=1)
        self.until_turns(1)
        time.sleep(3)
        self.stop(process)
        self.assertEqual((len(self.passes), self.said), (1, []))

    def test_an_agent_that_comes_later_is_seen_when_it_comes(self):
        shutil.rmtree(self.home / ".claude")
        env = self.environment(CODEX_HOME=str(self.root / "elsewhere/codex"))
        process = self.watch(env=env)
        self.eventually(lambda: self.passes, "the first pass")
        places = [self.home / ".claude/projects/p", self.home / ".config/claude/projects/q"]
        for count, place in enumerate(places, 1):
            for folder in (*reversed(place.parents), place):
                folder.mkdir(exist_ok=True)
                time.sleep(0.6)  # one after the other, as an agent that is used for the first time
            (place / "s-9.jsonl").write_bytes(raw(assistant(f"msg_{count}", session=f"s-{count}")) + b"\n")
            self.until_turns(count)
        day = self.root / "elsewhere/codex/sessions/2026/03/02"
        day.mkdir(parents=True)
        lines = (session_meta(), token_count((10, 0, 5, 0)))
        (day / "rollout-2026-03-02T10-00-00-a.jsonl").write_bytes(b"".join(raw(line) + b"\n" for line in lines))
        self.until_turns(3)
        database = self.home / ".local/share/opencode/opencode.db"
        write_database(database, Session(user("msg_user1"), reply("msg_1", tokens(5, 7))))
        self.until_turns(4)
        self.stop(process)

    def test_what_else_goes_on_above_those_places_is_no_change(self):
        process = self.watch()
        self.until_turns(1)
        [lock] = (self.ledger_home / "locks").glob("ingest-*.lock")
        mark = lock.with_suffix(".again")  # which a pass takes away
        mark.touch()
        for number in range(10):
            (self.home / f"other-{number}").write_text("x")
            (self.home / ".bash_history").write_text("x" * number)
            time.sleep(0.1)
        time.sleep(0.5)
        self.assertTrue(mark.exists())
        self.append_log(self.log, raw(assistant("msg_2")) + b"\n")
        self.until_turns(2)
        self.eventually(lambda: not mark.exists(), "a pass takes the mark")
        self.stop(process)

    def test_an_interrupt_ends_it_too(self):
        process = self.watch()
        self.until_turns(1)
        self.assertLess(self.stop(process, signal.SIGINT), 10)

    def test_other_runs_are_free_meanwhile(self):
        process = self.watch()
        self.until_turns(1)
        self.put("s-2.jsonl", assistant("msg_2", session="s-2"))
        self.until_turns(2)
        self.assertNotIn("skipped", self.ingest("--full"))
        self.stop(process)

    def test_told_to_end_in_the_middle_it_loses_nothing(self):
        for number in range(20):
            self.put(f"big-{number}.jsonl", *[assistant(f"msg_{number}_{k}", session=f"b{number}") for k in range(1000)])
        process = self.watch()
        self.eventually(lambda: list((self.ledger_home / "locks").glob("*.lock")), "it works")
        self.stop(process)
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["turns"], 20_001)

    def test_a_signal_ends_it_soon_also_while_it_waits_for_another_run(self):
        self.ingest()
        [path] = (self.ledger_home / "locks").glob("ingest-*.lock")
        with open(path, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = self.watch("--path", self.log)
            time.sleep(1)
            self.assertLess(self.stop(process), 10)

    def test_paths_that_are_named(self):
        log = self.write_log("a.jsonl", assistant("msg_a"))
        process = self.watch("--path", log)
        self.until_turns(1)
        self.append_log(log, raw(assistant("msg_b")) + b"\n")
        self.until_turns(2)
        self.stop(process)
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    def test_what_cannot_be_read_is_said_once(self):
        process = self.watch("--path", self.root / "missing", interval=1)
        self.eventually(lambda: self.said, "it is said")
        time.sleep(2.5)
        self.stop(process)
        self.assertEqual(len(self.said), 1)

    def test_for_people_the_first_pass_is_a_summary_and_each_other_one_a_line(self):
        process = self.start("ingest", "--watch")
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        while not process.stdout.readline().startswith(b"in  "):
            pass
        self.append_log(self.log, raw(assistant("msg_2")) + b"\n" + b"junk\n")
        self.assertRegex(process.stdout.readline().decode(),
                         r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 1 logs, 2 lines read, 1 rejected; turns 1 new, 0 updated, 0 known$")
        process.terminate()
        self.assertEqual(process.wait(timeout=60), DONE)

    def test_what_does_not_pass_by_itself_ends_it(self):
        self.run_program("--storage", "absent", "ingest", "--watch", expect=NO_PLUGIN)

    def test_wrong_usage(self):
        for arguments in (["--watch", "--dry-run"], ["--watch", "--strict"],
                          ["--watch", "--interval", "0"], ["--watch", "--interval", "soon"], ["--splay", "-1"]):
            self.run_program("ingest", *arguments, expect=WRONG_USAGE)


class AwayStore(WatchTest):
    """A store that comes, goes and comes again: its folder's place is taken by a file."""

    only_on = ("sqlite", "file")

    def test_it_waits_says_so_once_and_says_when_it_is_back(self):
        place = self.root / "mount"
        place.write_text("")
        env = self.environment(RELAYBURN_SQLITE_PATH=str(place / "x.sqlite"), RELAYBURN_FILE_DIR=str(place / "x"))
        process = self.watch(env=env)
        self.eventually(lambda: self.said, "it says that the store is away")
        time.sleep(2.5)
        place.unlink()
        place.mkdir()
        self.until_turns(1)
        self.eventually(lambda: len(self.said) > 1, "it says that it is back")
        self.stop(process)
        self.assertEqual(len(self.said), 2, self.said)
        self.assertIn("trying again", self.said[0])
        self.assertIn("is back", self.said[1])


class AwayServer(WatchTest):
    only_on = ("postgres",)

    def test_a_server_that_comes_later(self):
        with OwnServer() as server:
            url = server.url
            server.stop_at_once()
            process = self.watch(env=self.environment(RELAYBURN_DATABASE_URL=url))
            self.eventually(lambda: self.said, "it says that the server is away")
            server.start()
            self.until_turns(1)
            self.assertLess(self.stop(process), 10)
            self.assertEqual(len(self.said), 2, self.said)


class OpencodeAtRest(WatchTest):
    needs_every_backend = False

    def test_reading_a_database_is_no_change_of_it(self):
        write_database(self.home / ".local/share/opencode/opencode.db",
                       Session(user("msg_user1"), reply("msg_1", tokens(5, 7))))
        process = self.watch()
        self.until_turns(2)
        time.sleep(2)
        self.stop(process)
        self.assertEqual(len(self.passes), 1)


if __name__ == "__main__":
    main()
