"""Faults of the file system, one at a time, at every call that changes a file: shared by faults_test and faults_long_test.

A command runs again and again from the same state, with the fault at the first such call, the second, … until a run
meets none. After each, the store must open, and a plain run of the command must bring what one without a fault does.

RELAYBURN_LATER_PLUGINS   a folder with the sqlite plugin of a later version, for which today's schema is older
"""

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
from collections import Counter

from harness import DONE, KINDS, LOCAL_STORES, NO_STORE, CliTest, assistant, session_meta, token_count, user

LATER_PLUGINS = os.environ.get("RELAYBURN_LATER_PLUGINS", "")

# Each says whether only one call fails, or every later one too.
ERRORS = [("enospc", False), ("enospc", True), ("eio", False), ("eio", True)]
INVISIBLE = [("short", True), ("eintr", False)]
KILLS = [("kill-before", False), ("kill-half", False), ("kill-after", False)]
COUNTED = [kind for kind in KINDS if kind != "content"]  # which a prune takes out again


def some_turns(first, last):
    tool = lambda number: {"type": "tool_use", "id": f"toolu_{number}", "name": "Read", "input": {"file_path": "/a"}}
    return [assistant(f"msg_{number}", 10 + number, content=[{"type": "text", "text": f"Text {number}."}, tool(number)])
            for number in range(first, last)]


class DisturbedStore(CliTest):
    """A ledger in files, and what must be true of it whatever happened to a command."""

    only_on = LOCAL_STORES

    def setUp(self):
        super().setUp()
        self.before = self.root / "before"  # what every attempt starts from
        self.before.mkdir()
        self.report = self.root / "report"

    # ---- the ledger

    def start_again(self):
        shutil.rmtree(self.ledger_home, ignore_errors=True)
        shutil.copytree(self.before, self.ledger_home)

    def keep_as_start(self):
        shutil.rmtree(self.before)
        shutil.copytree(self.ledger_home, self.before)

    def write_logs(self):
        self.write_log("a.jsonl", user(), *some_turns(0, 4))
        self.write_log("b.jsonl", session_meta(), token_count((10, 0, 5, 0)), token_count((30, 10, 9, 0)))

    def start_from_a_ledger(self):
        """Of a part of the logs."""
        self.write_log("a.jsonl", user(), *some_turns(0, 2))
        self.ingest_logs(env=self.environment(RELAYBURN_CONTENT_STORE="full"))
        self.write_logs()
        self.keep_as_start()

    def rows_and_inserted(self):
        """What the store itself holds, and what its runs say they put there."""
        return self.rows_of_sqlite() if self.storage == "sqlite" else self.rows_of_file()

    def rows_of_sqlite(self):
        with contextlib.closing(sqlite3.connect(self.ledger_home / "burn.sqlite")) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            rows = {kind: store.execute(f"SELECT count(*) FROM {kind}").fetchone()[0] for kind in COUNTED}
            inserted = dict(store.execute("SELECT kind, sum(inserted) FROM run_count GROUP BY kind"))
        return rows, {kind: inserted.get(kind, 0) for kind in COUNTED}

    def rows_of_file(self):
        keys, inserted = {}, Counter()
        for line in (self.ledger_home / "ledger" / "ledger.jsonl").read_bytes().splitlines():
            record = json.loads(line)
            if "kind" in record:
                keys.setdefault(record["kind"], set()).add(record["id"])
            for kind, counts in record.get("commit", {}).get("counts", {}).items():
                inserted[kind] += counts[0]
        return {kind: len(keys.get(kind, ())) for kind in COUNTED}, {kind: inserted[kind] for kind in COUNTED}

    def contents(self, env):
        return (self.run_program("export", "--digest", "--content", env=env).text,
                self.run_program("analyze", "--json", env=env).text, self.rows_and_inserted()[0])

    def names_of_files(self):
        """Those of copies hold the time. What a torn write left is set aside on purpose."""
        names = (str(path.relative_to(self.ledger_home)) for path in self.ledger_home.rglob("*") if path.is_file())
        return sorted({re.sub(r"[.]\d+[.]bak$", ".bak", name) for name in names
                       if not re.search(r"/ledger[.]damaged[.]\d+$", name)})


class FaultTests(DisturbedStore):
    """Derived classes say at every how many-th call there is a fault."""

    stride = 1

    # ---- one fault

    def run_with_fault(self, command, fault, lasts, number, env):
        """The result, and which call met the fault; None where there are not so many calls."""
        with contextlib.suppress(FileNotFoundError):
            self.report.unlink()
        disturbed = self.injected(RELAYBURN_FAULT=fault, RELAYBURN_FAULT_AT=str(number),
                                  RELAYBURN_FAULT_LASTS="1" if lasts else None, RELAYBURN_FAULT_REPORT=str(self.report))
        result = self.run_program(*command, env={**env, **disturbed}, expect=None)
        return result, self.report.read_text().strip() if self.report.exists() else None

    def assert_sensible(self, result, fault, call):
        if fault.startswith("kill"):
            return self.assertEqual(result.status, -signal.SIGKILL)
        # SQLite takes an interrupted sync for a failed one. A program without signal handlers meets none.
        is_sync_of_sqlite = call.startswith("fdatasync") and "burn.sqlite" in call
        if fault in dict(INVISIBLE) and not is_sync_of_sqlite:
            return self.assertEqual(result.status, DONE, result)
        self.assertIn(result.status, (DONE, NO_STORE), result)
        if result.status == NO_STORE:
            self.assertIn(str(self.ledger_home), result.err.decode(), "it says what failed")

    def disturb(self, *command, env=None, check=lambda: None):
        """`check` looks at the store between the fault and the plain run that follows it."""
        env = env or self.environment()
        self.start_again()
        self.run_program(*command, env=env)
        expected, files = self.contents(env), self.names_of_files()
        met = 0
        for offset, (fault, lasts) in enumerate(ERRORS + INVISIBLE + KILLS):
            for number in itertools.count(1 + offset % self.stride, self.stride):
                self.start_again()
                result, call = self.run_with_fault(command, fault, lasts, number, env)
                if call is None:
                    break
                met += 1
                with self.subTest(fault=fault, lasts=lasts, number=number, call=call):
                    self.assert_sensible(result, fault, call)
                    self.analyze(env=env)
                    check()
                    self.run_program(*command, env=env)
                    self.assertEqual(self.contents(env), expected)
                    self.assertEqual(*self.rows_and_inserted())
                    self.assertEqual(self.names_of_files(), files, "nothing is left lying about")
        self.assertGreater(met, 0, "no call met a fault")

    # ---- the commands

    def test_ingest_into_no_ledger(self):
        self.write_logs()
        self.disturb("ingest", "--json", "--path", self.logs)

    def test_ingest_into_a_ledger(self):
        self.start_from_a_ledger()
        self.disturb("ingest", "--json", "--path", self.logs)

    def test_stamp(self):
        self.start_from_a_ledger()
        self.disturb("stamp", "--session", "s-1", "--ts", "2026-03-03T00:00:00Z", "job=7")

    def test_prune(self):
        self.start_from_a_ledger()
        self.disturb("prune", "--older-than", "2026-03-05")

    def test_copy(self):
        self.start_from_a_ledger()
        source = self.root / "source"
        shutil.copytree(self.before, source)
        self.ingest_logs(env=self.environment(RELAYBURN_HOME=str(source), RELAYBURN_CONTENT_STORE="full"))
        place = {"sqlite": source / "burn.sqlite", "file": source / "ledger"}[self.storage]
        self.disturb("copy", "--from", f"{self.storage}:{place}", "--to", self.storage)

    def test_migrate(self):
        self.start_from_a_ledger()
        if self.storage != "sqlite":
            self.skipTest("there is one version")
        version = self.schema_version(self.ledger_home / "burn.sqlite")
        later = self.environment(RELAYBURN_PLUGIN_PATH=LATER_PLUGINS)

        def every_copy_is_whole():
            for copy in self.ledger_home.glob("*.bak"):
                self.assertEqual(self.schema_version(copy), version, copy)

        self.disturb("migrate", env=later, check=every_copy_is_whole)

    def schema_version(self, path):
        with contextlib.closing(sqlite3.connect(path)) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            return store.execute("SELECT max(version) FROM schema_versions").fetchone()[0]
