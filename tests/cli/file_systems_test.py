#!/usr/bin/env python3
"""File systems that may not be written, that are shared by hosts, or that change while they are read."""

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import unittest
from pathlib import Path

from harness import (DONE, DONE_IN_PART, LOCAL_STORES, NO_STORE, NOBODY, PROGRAM, SKIPPED, CliTest, assistant,
                     in_mount_namespace, is_root, main, sha256)
from postgres import SERVER

NFS = "0x6969"


class ReadOnlyHome(CliTest):
    """The ledger lies elsewhere. The host's id is then made of the machine's and the home's name."""

    database_url = SERVER.tcp_url

    def setUp(self):
        super().setUp()
        self.ledger_home.mkdir()
        self.ledger_home.chmod(0o555)
        self.elsewhere = self.root / "elsewhere"
        self.elsewhere.mkdir()
        self.identity = self.as_nobody(self.elsewhere)
        uid = NOBODY if is_root() else os.geteuid()
        self.locks = f"/tmp/relayburn-{uid}/{sha256(os.fsencode(self.ledger_home))[:32]}"
        self.addCleanup(shutil.rmtree, self.locks, True)
        self.write_log("a.jsonl", assistant())

    def environment(self, **more):
        return super().environment(RELAYBURN_SQLITE_PATH=str(self.elsewhere / "burn.sqlite"),
                                   RELAYBURN_FILE_DIR=str(self.elsewhere / "ledger"), **more)

    def test_logs_are_read_and_not_read_again(self):
        first = self.ingest_logs(**self.identity)
        self.assertEqual(self.inserted(first)["turn"], 1)
        second = self.ingest_logs(**self.identity)
        self.assert_nothing_read(second)
        self.assertEqual(first["hostId"], second["hostId"])
        self.assertEqual(list(self.ledger_home.iterdir()), [])

    def test_one_run_at_a_time(self):
        self.ingest(**self.identity)
        lock, = (name for name in os.listdir(self.locks) if name.startswith("ingest-") and name.endswith(".lock"))
        with open(os.path.join(self.locks, lock)) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.assertEqual(self.ingest(**self.identity)["skipped"], "another run")

    @unittest.skipUnless(is_root(), "needs a mount namespace")
    def test_on_a_read_only_mount(self):
        script = '''
            mount --bind "$RELAYBURN_HOME" "$RELAYBURN_HOME" && mount -o remount,bind,ro "$RELAYBURN_HOME" || exit 77
            "$PROGRAM" ingest --json --path "$LOGS"
        '''
        environment = self.environment(PROGRAM=str(PROGRAM), LOGS=str(self.logs))
        outcome = subprocess.run(in_mount_namespace(script), env=environment, capture_output=True, timeout=60)
        if outcome.returncode == SKIPPED:
            self.skipTest("no mount namespace here")
        self.addCleanup(shutil.rmtree, f"/tmp/relayburn-0/{os.path.basename(self.locks)}", True)
        self.assertEqual(outcome.returncode, DONE, outcome)
        self.assert_one_turn_of(10)


class ReadOnlyStore(CliTest):
    only_on = LOCAL_STORES

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", number) for number in range(3000)])
        self.ingest_logs()
        self.expected = self.digest()

    def protect(self):
        """Everybody may read, and only root write."""
        for path in [self.ledger_home, *self.ledger_home.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)

    def assert_read(self, **options):
        self.assertEqual(self.digest(**options), self.expected)
        self.assertEqual(self.analyze(**options)["totals"]["turns"], 3000)
        self.assertEqual(self.run_program("status", "--json", **options).json["rows"]["turn"], 3000)

    def test_by_somebody_who_may_only_read(self):
        self.protect()
        self.assert_read(**self.as_nobody())

    def test_a_file_that_may_not_be_written_in_a_folder_that_may(self):
        self.protect()
        identity = self.as_nobody(self.ledger_home, self.ledger_home / "ledger")\
            if self.storage == "file" else self.as_nobody(self.ledger_home)
        for path in (self.ledger_home, self.ledger_home / "ledger"):
            if path.is_dir():
                path.chmod(0o755)
        self.assert_read(**identity)

    def test_an_odd_name(self):
        if self.storage != "sqlite":
            self.skipTest("it is the name in a URI of SQLite")
        odd = self.ledger_home / "100% of #1 ?mode=rw&x\u00e4.sqlite"
        (self.ledger_home / "burn.sqlite").rename(odd)
        self.protect()
        self.assert_read(env=self.environment(RELAYBURN_SQLITE_PATH=str(odd)), **self.as_nobody())

    @unittest.skipUnless(is_root(), "needs a mount namespace")
    def test_on_a_read_only_mount(self):
        script = '''
            mount --bind "$RELAYBURN_HOME" "$RELAYBURN_HOME" && mount -o remount,bind,ro "$RELAYBURN_HOME" || exit 77
            "$PROGRAM" export --digest && "$PROGRAM" analyze --json > analyze.out && "$PROGRAM" status > status.out
        '''
        outcome = subprocess.run(in_mount_namespace(script), env=self.environment(PROGRAM=str(PROGRAM)), cwd=self.root,
                                 capture_output=True, timeout=60)
        if outcome.returncode == SKIPPED:
            self.skipTest("no mount namespace here")
        self.assertEqual((outcome.returncode, outcome.stdout.decode().strip()), (DONE, self.expected), outcome)

    @unittest.skipUnless(is_root(), "needs another user's store")
    def test_an_ingest_says_what_may_not_be_written(self):
        self.protect()
        self.write_log("b.jsonl", assistant("msg_more"))
        result = self.run_program("ingest", "--path", self.logs, expect=NO_STORE, **self.as_nobody())
        self.assertIn(str(self.ledger_home), result.err.decode())

    @unittest.skipUnless(is_root(), "needs another user's store")
    def test_a_store_that_is_written_while_it_is_read(self):
        """Nobody may lock it, so what was read may be half of this and half of that: it is said."""
        if self.storage != "sqlite":
            self.skipTest("a file ledger only grows")
        self.protect()
        process = self.start("export", **self.as_nobody())
        process.stdout.read(10)
        os.utime(self.ledger_home / "burn.sqlite")
        err = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, NO_STORE)
        self.assertIn(b"written while it was read", err)

    @unittest.skipUnless(is_root(), "needs another user's store")
    def test_a_store_whose_last_writer_was_killed(self):
        if self.storage != "sqlite":
            self.skipTest("it has one file")
        store = self.ledger_home / "burn.sqlite"
        writer = sqlite3.connect(store)
        self.addCleanup(writer.close)
        writer.execute("UPDATE turn SET output = 1")
        writer.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{store}{ending}", f"{self.root}/killed.sqlite{ending}")
        self.ledger_home = self.root / "killed"
        self.ledger_home.mkdir()
        for ending in ("", "-wal"):
            shutil.move(f"{self.root}/killed.sqlite{ending}", f"{self.ledger_home}/burn.sqlite{ending}")
        self.protect()
        identity = self.as_nobody()
        result = self.run_program("analyze", expect=NO_STORE, **identity)
        self.assertIn(b"relayburn status", result.err)
        self.run_program("status")  # by root
        self.protect()
        self.assertEqual(self.analyze(**identity)["totals"]["usage"]["output"], 3000)


class NetworkFileSystem(CliTest):
    """SQLite's WAL needs memory that all users of a store share, and hosts share none."""

    only_on = ("sqlite",)

    def setUp(self):
        super().setUp()
        self.store = self.ledger_home / "burn.sqlite"
        self.on_nfs = {"env": self.injected(RELAYBURN_FILE_SYSTEM=NFS)}
        self.write_log("a.jsonl", assistant())

    def is_wal(self):
        """Byte 18 of the file: the version that a writer must know."""
        return self.store.read_bytes()[18] == 2

    def assert_no_companions(self):
        self.assertEqual([path.name for path in self.ledger_home.glob("burn.sqlite-*")], [])

    def test_a_new_store_has_a_rollback_journal(self):
        result = self.run_program("ingest", "-v", "--path", self.logs, **self.on_nfs)
        self.assertFalse(self.is_wal())
        self.assertEqual(result.err.count(b"network file system"), 1)
        self.assertNotIn(b"network", self.run_program("analyze", **self.on_nfs).err, "it is no warning")
        self.assert_one_turn_of(10)

    def test_every_kind_of_network_file_system(self):
        for number, kind in enumerate(("0x517B", "0xFF534D42", "0xFE534D42", "0x65735546", "0x01021997", "0x00C36400")):
            self.ledger_home = self.root / f"home-{number}"
            self.store = self.ledger_home / "burn.sqlite"
            self.run_program("migrate", env=self.injected(RELAYBURN_FILE_SYSTEM=kind))
            self.assertFalse(self.is_wal(), kind)

    def test_a_store_that_was_moved_there_and_back(self):
        self.ingest_logs()
        self.assertTrue(self.is_wal())
        expected = self.digest()
        self.assertEqual(self.digest(**self.on_nfs), expected)
        self.assertFalse(self.is_wal())
        self.assert_no_companions()
        self.write_log("b.jsonl", assistant("msg_2"))
        self.ingest_logs(**self.on_nfs)
        self.assertFalse(self.is_wal())
        self.write_log("c.jsonl", assistant("msg_3"))
        self.ingest_logs()
        self.assertTrue(self.is_wal())
        self.assertEqual(self.analyze()["totals"]["turns"], 3)

    def test_a_store_moved_there_with_its_log(self):
        self.ingest_logs()
        writer = sqlite3.connect(self.store)
        self.addCleanup(writer.close)
        writer.execute("UPDATE turn SET output = 11")
        writer.commit()
        moved = self.root / "moved"
        moved.mkdir()
        for ending in ("", "-wal"):
            shutil.copy(f"{self.store}{ending}", f"{moved}/burn.sqlite{ending}")
        self.ledger_home, self.store = moved, moved / "burn.sqlite"
        totals = self.analyze(env=self.injected(RELAYBURN_FILE_SYSTEM=NFS))["totals"]
        self.assertEqual(totals["usage"]["output"], 11)
        self.assertFalse(self.is_wal())
        self.assert_no_companions()

    def test_several_writers(self):
        for number in range(4):
            self.write_log(f"{number}/a.jsonl", *[assistant(f"msg_{number}_{k}", k) for k in range(500)])
        self.run_program("migrate", **self.on_nfs)
        writers = [self.start("ingest", "--path", self.logs / str(number), env=self.injected(
            RELAYBURN_FILE_SYSTEM=NFS, RELAYBURN_HOME=str(self.root / f"home-{number}"),
            RELAYBURN_SQLITE_PATH=str(self.store))) for number in range(4)]
        for writer in writers:
            out, err = writer.communicate(timeout=120)
            self.assertEqual(writer.returncode, DONE, err)
        self.assertEqual(self.analyze(**self.on_nfs)["totals"]["turns"], 2000)


class ChangingLogs(CliTest):
    def turns(self):
        return sorted(turn["messageId"] for turn in self.export("turn"))

    def test_rewritten_at_the_same_size_and_time(self):
        """The time of the inode's change still tells. Where that were set back too (by changing the clock), only --full
        would: the hashes of a cursor are looked at when a log has grown."""
        log = self.write_log("a.jsonl", assistant("msg_1"))
        before = log.stat()
        self.ingest_logs()
        self.write_log("a.jsonl", assistant("msg_2"))
        os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns))
        after = log.stat()
        self.assertEqual((after.st_size, after.st_mtime_ns, after.st_ino),
                         (before.st_size, before.st_mtime_ns, before.st_ino))
        self.assertEqual(self.ingest_logs()["files"]["read"], 1)
        self.assertEqual(self.turns(), ["msg_1", "msg_2"])

    def test_a_log_that_becomes_a_folder_and_a_log_again(self):
        log = self.write_log("a.jsonl", assistant("msg_1"))
        self.ingest_logs()
        log.unlink()
        self.write_log("a.jsonl/b.jsonl", assistant("msg_2"))
        self.assertEqual(self.ingest_logs()["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})
        shutil.rmtree(log)
        self.write_log("a.jsonl", assistant("msg_3"))
        self.ingest_logs()
        self.assertEqual(self.turns(), ["msg_1", "msg_2", "msg_3"])

    def stopped_amid_reading(self):
        """An ingest that has found all logs, and stands still while it reads the first of them."""
        for _ in range(50):
            process = self.start("ingest", "--json")
            open_files = Path(f"/proc/{process.pid}/fd")
            while process.poll() is None:
                try:
                    if any(os.readlink(fd).endswith(".jsonl") for fd in open_files.iterdir()):
                        process.send_signal(signal.SIGSTOP)
                        return process
                except OSError:
                    pass  # it was closed meanwhile
            process.communicate()
            self.delete_ledger()
        self.fail("no run could be stopped amid it")

    def test_what_vanishes_shrinks_or_is_replaced_once_it_was_found_costs_no_other_log(self):
        many = 3000
        self.logs = self.home / ".claude" / "projects"  # where no log is looked into before it is read
        for name in "abcd":
            self.write_log(f"{name}.jsonl", *[assistant(f"msg_{name}_{k}", k) for k in range(many)])
        for k in range(50):
            self.write_log(f"z/{k}.jsonl", assistant(f"msg_z_{k}"))
        process = self.stopped_amid_reading()
        shutil.rmtree(self.logs / "z")
        os.truncate(self.logs / "d.jsonl", 100)
        self.write_log("c.new", *[assistant(f"msg_new_{k}", k) for k in range(many)])
        os.replace(self.logs / "c.new", self.logs / "c.jsonl")
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (DONE, DONE_IN_PART), err)
        named = {Path(issue["path"]).relative_to(self.logs).parts[0] for issue in json.loads(out)["issues"]}
        self.assertLessEqual(named, {"z", "c.jsonl", "d.jsonl"})
        self.assertEqual(self.ingest()["files"]["found"], 4)
        turns = self.turns()
        self.assertEqual(len(turns), len(set(turns)))
        for name in ("a", "b", "new"):
            self.assertEqual(sum(turn.startswith(f"msg_{name}_") for turn in turns), many, name)
        self.assert_nothing_read(self.ingest())

    def test_folders_and_logs_that_come_go_and_shrink_while_they_are_read(self):
        self.write_log("steady.jsonl", assistant("msg_steady"))
        done = threading.Event()

        def churn():
            number = 0
            while not done.is_set():
                number += 1
                log = self.write_log(f"f{number % 7}/g/a.jsonl", *[assistant(f"msg_{k}", k) for k in range(300)])
                os.truncate(log, number % 5000)
                shutil.rmtree(self.logs / f"f{number % 7}" if number % 2 else log.parent)

        churning = threading.Thread(target=churn)
        churning.start()
        try:
            for _ in range(15):
                result = self.run_program("ingest", "--json", "--path", self.logs, expect=None)
                self.assertIn(result.status, (DONE, DONE_IN_PART), result)
        finally:
            done.set()
            churning.join()
        self.ingest_logs()
        self.assertIn("msg_steady", self.turns())


if __name__ == "__main__":
    main()
