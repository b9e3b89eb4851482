#!/usr/bin/env python3
"""relayburn forget: out of the ledger, and kept out."""

import contextlib
import itertools
import json
import shutil
import sqlite3
import time

from harness import DONE, LOCAL_STORES, WRONG_USAGE, CliTest, assistant, main, user

CONTENT = {"RELAYBURN_CONTENT_STORE": "full"}


def session(name, cwd="/home/dev/shop", count=2):
    call = {"type": "tool_use", "id": f"t-{name}", "name": "Read", "input": {"file_path": f"/home/dev/{name}.txt"}}
    return [user(f"Say {name}.", session=name, cwd=cwd, uuid=f"u-{name}"),
            *[assistant(f"msg_{name}{n}", 10, session=name, cwd=cwd, content=[{"type": "text", "text": f"{name}!"}, call])
              for n in range(count)]]


class Forget(CliTest):
    def setUp(self):
        super().setUp()
        self.write_log("plain.jsonl", *session("plain"))
        self.write_log("whisper.jsonl", *session("whisper", "/home/dev/den"))

    def other(self, name):
        return self.environment(RELAYBURN_HOME=str(self.root / name), **CONTENT)

    def assert_forgotten(self, names={"/home/dev/shop"}, **options):
        text = self.run_program("export", "--content", **options).out
        self.assertNotIn(b"whisper", text)
        self.assertIn(b"plain", text)
        self.assertEqual([row["session"] for row in self.table("session", **options)], ["plain"])
        self.assertEqual(self.analyze(**options)["totals"]["turns"], 2)
        self.assertLessEqual({row["project"] for row in self.table("project", **options)}, names)

    def test_a_session(self):
        self.ingest_logs(env=self.environment(**CONTENT))
        result = self.run_program("forget", "--session", "whisper")
        self.assertIn(b"records forgotten, of 1 session\n", result.out)
        self.assert_forgotten()
        voids = [record for record in self.export() if record.get("isVoid")]
        self.assertEqual(sorted({record["kind"] for record in voids}), ["relationship", "tool_call", "turn", "user_turn"])
        self.assertFalse([record for record in voids if "sessionId" in record])
        if self.storage != "postgres":
            self.assertNotIn(b"whisper!", self.written())

    def sql(self, statements):
        with contextlib.closing(sqlite3.connect(self.ledger_home / "burn.sqlite")) as store, store:
            store.executescript(statements)

    def test_what_a_forget_that_was_killed_left_goes_with_the_next(self):
        if self.storage != "sqlite":
            self.skipTest("it is changed by hand")
        self.ingest_logs()
        self.sql("CREATE TABLE kept AS SELECT * FROM usage_summary")
        self.run_program("forget", "--session", "whisper")
        self.sql("DELETE FROM usage_summary; INSERT INTO usage_summary SELECT * FROM kept; DROP TABLE kept;"
                 "INSERT INTO turn_change SELECT ts FROM usage_summary")
        self.assertIn(b"whisper", self.written())
        self.run_program("forget", "--session", "whisper")
        self.sql("VACUUM")  # of what was changed by hand
        self.assertNotIn(b"whisper", self.written())
        self.assert_forgotten()

    def leave_unswept(self):
        """Turns of a session that is forgotten, as a run leaves them that is killed. Returns the mark of such runs."""
        if self.storage != "sqlite":
            self.skipTest("it is changed by hand")
        self.ingest_logs()
        self.run_program("forget", "--session", "whisper")
        self.sql("UPDATE turn SET session_id = 'whisper', is_void = NULL, revision = 1 WHERE is_void IS NOT NULL")
        [lock] = (self.ledger_home / "locks").glob("ingest-*.lock")
        return lock.with_suffix(".running")

    def unswept(self):
        with contextlib.closing(sqlite3.connect(self.ledger_home / "burn.sqlite")) as store:
            return store.execute("SELECT count(*) FROM turn WHERE session_id = 'whisper'").fetchone()[0]

    def test_what_came_in_with_a_run_that_was_killed_is_swept_by_the_next(self):
        mark = self.leave_unswept()
        mark.touch()
        self.ingest_logs()
        self.assertFalse(mark.exists())
        self.assertEqual(self.unswept(), 0)

    def test_a_hook_leaves_the_sweep_to_the_next_run(self):
        mark = self.leave_unswept()
        mark.touch()
        log = self.write_log("more.jsonl", assistant("msg_more"))
        for _ in range(2):
            with (self.root / "payload.json").open("w+") as payload:
                json.dump({"transcript_path": str(log)}, payload)
                payload.seek(0)
                self.run_program("ingest", "--hook", "claude", stdin=payload, expect=DONE)
        self.assertEqual((self.unswept(), mark.exists()), (2, True))
        self.assertEqual(self.analyze()["totals"]["turns"], 3)
        self.ingest_logs()
        self.assertEqual((self.unswept(), mark.exists()), (0, False))

    def test_after_a_killed_run_nothing_is_swept_if_nothing_was_forgotten_meanwhile(self):
        mark = self.leave_unswept()
        self.write_log("more.jsonl", *[assistant(f"msg_more_{n}") for n in range(50000)])
        process = self.start("ingest", "--quiet", "--path", self.logs)
        while process.poll() is None and not (mark.exists() and mark.stat().st_size > 0):
            time.sleep(0.001)
        process.kill()
        process.communicate()
        self.assertTrue(mark.exists())
        self.ingest_logs()
        # It shows by what somebody else left that nobody looked.
        self.assertEqual((self.unswept(), mark.exists()), (2, False))

    def test_nothing_of_it_is_in_a_dump(self):
        if self.storage == "postgres":
            self.ingest_logs(env=self.environment(**CONTENT))
            self.assertIn(b"whisper!", self.written())
            self.run_program("forget", "--session", "whisper")
            self.assertNotIn(b"whisper!", self.written())

    def test_a_project_by_directory_and_by_remote(self):
        self.ingest_logs()
        self.assertEqual(self.run_program("forget", "--project", "/home/dev/den", "--json").json,
                         {"schemaVersion": 1, "dryRun": False, "sessions": 1, "records": 7, "unmatched": []})
        self.assert_forgotten()
        checkout = self.root / "checkout"
        (checkout / ".git").mkdir(parents=True)
        (checkout / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/shop.git\n')
        self.write_log("c.jsonl", *session("third", str(checkout)))
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 4)
        self.run_program("forget", "--project", "github.com/acme/shop")
        self.assert_forgotten()

    def test_it_matters_not_which_came_first(self):
        forget = [("forget", "--session", "whisper"), ("forget", "--project", "/home/dev/den"),
                  ("forget", "--project", "/home/dev/den", "--session", "whisper")]
        digests = {}
        for command in forget[1:]:
            for order in itertools.permutations([command, ("ingest", "--path", self.logs / "whisper.jsonl"),
                                                 ("ingest", "--path", self.logs / "plain.jsonl")]):
                env = self.other("-".join(map(str, (len(digests), len(command), *[len(part) for part in order]))) + str(hash(order)))
                for step in order:
                    self.run_program(*step, env=env)
                self.assert_forgotten(env=env)
                digests.setdefault(command, set()).add(
                    self.run_program("export", "--digest", "--content", env=env).text)
        self.assertEqual({len(found) for found in digests.values()}, {1})

    def test_what_comes_later_stays_out(self):
        self.run_program("forget", "--session", "whisper", "--project", "/home/dev/attic")
        self.ingest_logs()
        self.write_log("whisper.jsonl", *session("whisper", "/home/dev/den", 5))
        self.write_log("attic.jsonl", *session("attic", "/home/dev/attic", 5))
        self.ingest_logs()
        self.ingest_logs("--full")
        self.assert_forgotten()
        self.assertNotIn(b"attic", self.run_program("export").out)
        self.run_program("stamp", "--session", "whisper", "whispered=yes")
        self.assertNotIn(b"whisper", self.run_program("export").out)

    def test_a_dry_run_changes_nothing(self):
        self.ingest_logs()
        before = self.digest()
        found = self.run_program("forget", "--project", "/home/dev/den", "--dry-run", "--json").json
        self.assertEqual(found, {"schemaVersion": 1, "dryRun": True, "sessions": 1, "records": 7, "unmatched": []})
        self.assertEqual(self.digest(), before)
        self.assertEqual(self.ingest_logs("--full", "--dry-run")["records"]["turn"]["duplicate"], 4)

    def test_a_second_time_finds_nothing(self):
        self.ingest_logs()
        self.run_program("forget", "--session", "whisper")
        before = self.digest()
        again = self.run_program("forget", "--session", "whisper", "--json").json
        self.assertEqual((again["sessions"], again["records"]), (1, 0))
        self.assertEqual(self.digest(), before)

    def test_a_copy_carries_it_over(self):
        if self.storage == "postgres":
            return
        store = lambda name: f"sqlite:{self.root}/{name}.sqlite" if self.storage == "sqlite" else f"file:{self.root}/{name}"
        settings = lambda name: self.environment(RELAYBURN_SQLITE_PATH=f"{self.root}/{name}.sqlite",
                                                 RELAYBURN_FILE_DIR=f"{self.root}/{name}")
        for name in ("from", "to"):
            self.ingest_logs(env=settings(name))
        self.run_program("forget", "--session", "whisper", env=settings("from"))
        self.run_program("copy", "--from", store("from"), "--to", store("to"))
        self.assert_forgotten(env=settings("to"))
        self.assertEqual(self.digest(env=settings("to")), self.digest(env=settings("from")))
        # The other way round: what is forgotten there is not brought back.
        self.ingest_logs(env=settings("old"))
        self.run_program("copy", "--from", store("old"), "--to", store("to"))
        self.assertEqual(self.digest(env=settings("to")), self.digest(env=settings("from")))

    def test_a_name_of_which_there_is_nothing_is_said(self):
        self.ingest_logs()
        for dry in (["--dry-run"], []):
            command = ["forget", "--project", "/home/dev/den", "--project", "/home/dev/dem", "--session", "whisper", "--session", "nobody", *dry]
            result = self.run_program(*command, "--json")
            self.assertEqual(result.json["unmatched"], ["session nobody", "project /home/dev/dem"])
            self.assertEqual(result.json["records"], 7)
        for name in (b"session nobody", b"project /home/dev/dem"):
            self.assertIn(b"holds nothing of " + name, result.err)
        self.assertNotIn(b"whisper", result.err)
        self.assertIn(b"holds nothing of session whisper that is not forgotten already", self.run_program("forget", "--session", "whisper").err)
        self.assertEqual(self.run_program("forget", "--session", "nobody", "--quiet").err, b"")

    def test_a_project_under_the_name_that_hides_it(self):
        hidden = ("--anonymize-projects", "--path", self.logs)
        for now_hidden in (False, True):
            with self.subTest(now_hidden):
                self.delete_ledger()
                self.ingest(*hidden)
                env = self.environment(**({"RELAYBURN_ANONYMIZE_PROJECTS": "1"} if now_hidden else {}))
                found = self.run_program("forget", "--project", "/home/dev/den", "--json", env=env).json
                self.assertEqual((found["sessions"], found["unmatched"]), (1, []))
                self.assertEqual([row["session"] for row in self.table("session")], ["plain"])
                self.ingest(*hidden, "--full")
                [shown] = self.table("project")
                self.ingest_logs("--full")
                # Of two records that differ in nothing but this name, their hashes choose.
                self.assert_forgotten({"/home/dev/shop", shown["project"]})

    def test_a_key_that_others_can_read_is_refused(self):
        self.ingest_logs("--anonymize-projects")
        (self.ledger_home / "anonymize.key").chmod(0o644)
        before = self.digest()
        self.assertIn(b"chmod 600", self.run_program("forget", "--project", "/home/dev/den", expect=WRONG_USAGE).err)
        self.assertEqual(self.digest(), before)

    def test_usage(self):
        self.assertIn(b"--session", self.run_program("forget", expect=WRONG_USAGE).err)
        self.run_program("forget", "--session", "", expect=WRONG_USAGE)
        self.run_program("forget", "--project", "", expect=WRONG_USAGE)

    def test_before_there_is_a_store(self):
        self.assertEqual(self.run_program("forget", "--session", "whisper", "--dry-run", "--json").json["records"], 0)
        self.run_program("forget", "--session", "whisper")
        self.ingest_logs()
        self.assert_forgotten()


class Killed(CliTest):
    """A forget that is killed at any call that changes a file."""

    only_on = LOCAL_STORES
    stride = 97

    def attempt(self, number):
        """Whether it was killed."""
        report = self.root / "report"
        report.unlink(missing_ok=True)
        shutil.rmtree(self.ledger_home)
        shutil.copytree(self.before, self.ledger_home)
        env = self.injected(RELAYBURN_FAULT="kill-before", RELAYBURN_FAULT_AT=str(number), RELAYBURN_FAULT_REPORT=str(report))
        self.run_program("forget", "--project", "/home/dev/den", env=env, expect=None)
        return report.exists()

    def test_nothing_of_the_project_s_sessions_is_seen_and_the_next_run_ends_it(self):
        self.write_log("a.jsonl", *session("plain"), *session("whisper", "/home/dev/den", 2500))  # more than one batch
        self.ingest_logs()
        whole = self.digest()
        self.before = self.root / "before"
        shutil.copytree(self.ledger_home, self.before)
        after = set()
        number = 1
        while self.attempt(number):
            forgets = self.export("forget")
            if forgets:
                self.assertNotIn(b"whisper", self.run_program("export").out, number)
            else:
                self.assertEqual(self.digest(), whole, number)
            self.ingest_logs()
            if forgets:
                self.assertNotIn(b"whisper", self.written(), number)
                after.add(self.digest())
            number += self.stride if number > 20 else 1
        self.assertEqual(after, {self.digest()})


if __name__ == "__main__":
    main()
