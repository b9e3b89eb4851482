#!/usr/bin/env python3
"""`status` answers an operator, and `hosts` lets one say something of them."""

import json
import shutil
import subprocess
import unittest

from clock_test import FAKE_CLOCK
from harness import (DONE, FAILED, IS_SANITIZED, NO_PLUGIN, NO_STORE, NOWHERE, PROGRAM, SKIPPED, WRONG_USAGE, ClaudeTest, assistant,
                     in_mount_namespace, is_root, main, raw)
from postgres import SERVER

DAY = 86400


class StatusTest(ClaudeTest):
    def status(self, **options):
        return self.run_program("status", "--json", **options).json

    def claude(self, **options):
        [source] = [each for each in self.status(**options)["sources"] if each["source"] == "claude-code"]
        return source

    def warnings(self, **options):
        return self.status(**options)["warnings"]

    def forget_who_it_is(self):
        shutil.rmtree(self.ledger_home / "hosts")


class Status(StatusTest):
    def test_what_is_unread(self):
        size = self.log.stat().st_size
        self.assertEqual([self.claude()[name] for name in ("logs", "bytes", "unreadLogs", "unreadBytes")], [1, size, 1, size])
        self.ingest()
        self.assertEqual([self.claude()[name] for name in ("logs", "bytes", "unreadLogs", "unreadBytes")], [1, size, 0, 0])
        line = raw(assistant("msg_2")) + b"\n"
        self.append_log(self.log, line)
        other = self.put("s-2.jsonl", assistant("msg_3", session="s-2"))
        source = self.claude()
        self.assertEqual((source["unreadLogs"], source["unreadBytes"]), (2, len(line) + other.stat().st_size))
        self.assertIn("unread", self.run_program("status").text)

    def test_another_host_has_read_nothing(self):
        self.ingest()
        self.forget_who_it_is()
        self.assertEqual(self.claude()["unreadLogs"], 1)

    @unittest.skipUnless(is_root(), "needs a mount namespace")
    def test_machines_that_share_a_home_read_a_log_once_each(self):
        outputs = []
        for number in (0, 1, 0, 1, 0, 1):
            machine = self.root / f"machine-{number}"
            machine.write_text(f"{number}\n")
            script = f'mount --bind {machine} /etc/machine-id || exit 77; exec "$PROGRAM" ingest --json'
            done = subprocess.run(in_mount_namespace(script), env=self.environment(PROGRAM=str(PROGRAM)), capture_output=True,
                                  check=False, timeout=60)
            if done.returncode == SKIPPED:
                self.skipTest("no mount namespace here")
            outputs.append(json.loads(done.stdout))
        self.assertEqual([output["files"]["read"] for output in outputs], [1, 1, 0, 0, 0, 0])
        self.assertEqual(len({output["hostId"] for output in outputs}), 2)
        self.assertEqual(len(self.status()["hosts"]), 2)

    def test_many_hosts_of_one_label_are_warned_of(self):
        for number in range(4):
            self.assertFalse([text for text in self.warnings() if "hosts are called" in text])
            self.ingest()
            self.forget_who_it_is()
        [warning] = [text for text in self.warnings() if "hosts are called" in text]
        self.assertIn("4 hosts are called tester@host", warning)
        for host in self.status()["hosts"][1:]:
            self.run_program("hosts", "retire", host["id"])
        self.assertFalse([text for text in self.warnings() if "hosts are called" in text])

    def test_what_was_read_under_other_names_is_not_unread(self):
        self.ledger_home.mkdir()
        (self.ledger_home / "config.toml").write_text("anonymize_projects = true\n")
        self.ingest()
        self.assertEqual(self.claude()["unreadLogs"], 0)

    def test_rejected_lines_are_counted_for_their_host(self):
        self.put("bad.jsonl", "junk", assistant("msg_2"), "{}{", "more junk")
        rejected = self.ingest()["lines"]["rejected"]
        self.assertGreater(rejected, 1)
        [host] = self.status()["hosts"]
        self.assertEqual(host["rejectedLines"], rejected)
        self.ingest()
        self.put("worse.jsonl", "junk")
        self.ingest()
        self.assertEqual(self.status()["hosts"][0]["rejectedLines"], rejected + 1)
        self.assertIn(f"{rejected + 1} lines rejected", self.run_program("status").text)

    def test_the_store(self):
        self.ingest()
        store = self.status()["store"]
        if self.storage == "postgres":
            self.assertNotIn("fileSystem", store)
            self.assertLess(abs(store["clockAheadMs"]), 60_000)
        else:
            self.assertTrue(store["fileSystem"])
            self.assertFalse(store["networkFileSystem"])
        self.assertEqual(store.get("journal"), "wal" if self.storage == "sqlite" else None)

    def test_plugins(self):
        states = {plugin["name"]: plugin["usable"] for plugin in self.status()["plugins"]}
        self.assertTrue(states[self.storage])
        self.assertEqual(sorted(states), ["file", "postgres", "rows_sqlite", "sqlite"])

    def test_it_creates_nothing(self):
        self.status()
        self.assertFalse(self.ledger_home.exists())

    def test_why_the_last_ingest_failed(self):
        self.assertIsNone(self.status()["lastError"])
        self.run_program("ingest", env=self.environment(**NOWHERE), expect=NO_STORE)
        error = self.status()["lastError"]
        self.assertIn("/dev/null", error["problem"])
        self.assertIn(error["problem"], "".join(self.warnings()))
        self.assertIn("failed", self.run_program("status").text)
        self.ingest()
        self.assertIsNone(self.status()["lastError"])


class StoreAway(StatusTest):
    """Whatever is wrong with the store, an operator sees the rest."""

    def assert_the_rest_is_there(self, status, **options):
        document = self.run_program("status", "--json", expect=status, **options)
        report = document.json
        fault = report["store"]["fault"]
        self.assertEqual(report["faults"], [fault])
        self.assertIn(fault.encode(), document.err)
        self.assertEqual((report["rows"], report["hosts"]), (None, None))
        [source] = [each for each in report["sources"] if each["source"] == "claude-code"]
        self.assertEqual((source["logs"], source["bytes"]), (1, self.log.stat().st_size))
        self.assertEqual((source["unreadLogs"], source["unreadBytes"], source["retentionDays"]), (None, None, 30))
        self.assertTrue(report["plugins"])
        self.assertFalse([warning for warning in report["warnings"] if "still to come" in warning])
        text = self.run_program("status", expect=status, **options).text
        for part in (f"FAULT    {fault}\n", "claude-code: 1 files", "deletes them after 30 days", "plugin", report["store"]["location"]):
            self.assertIn(part, text)
        return report

    def test_it_cannot_be_reached(self):
        (self.root / "x/ledger.jsonl").mkdir(parents=True)  # a folder is no store
        away = {"RELAYBURN_SQLITE_PATH": str(self.root / "x"), "RELAYBURN_FILE_DIR": str(self.root / "x"),
                "RELAYBURN_DATABASE_URL": f"host={self.root}/x password=geheim"}
        report = self.assert_the_rest_is_there(NO_STORE, env=self.environment(**away))
        self.assertIn(f"{self.root}/x", report["store"]["location"])
        self.assertNotIn("geheim", str(report))
        self.assertEqual([report["store"][key] for key in ("schema", "version", "newestVersion")], [None] * 3)

    def test_its_plugin_is_not_there(self):
        empty = self.root / "plugins"
        empty.mkdir()
        report = self.assert_the_rest_is_there(NO_PLUGIN, env=self.environment(RELAYBURN_PLUGIN_PATH=str(empty)))
        self.assertEqual([plugin["usable"] for plugin in report["plugins"]], [False] * 4)

    def test_it_is_damaged(self):
        self.ingest()
        if self.storage == "postgres":
            SERVER.sql(f'ALTER TABLE "{self.schema()}".turn RENAME TO lost')
            return self.assert_the_rest_is_there(FAILED)
        name = {"sqlite": "burn.sqlite", "file": "ledger/ledger.jsonl"}[self.storage]
        for path in self.ledger_home.glob("burn.sqlite-*"):
            path.unlink()
        path = self.ledger_home / name
        whole = path.read_bytes()
        path.write_bytes(b"junk, and more junk\n" * 99)
        self.assert_the_rest_is_there(FAILED)
        path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        if self.storage == "sqlite":
            self.assert_the_rest_is_there(FAILED)
        return None


class Retention(StatusTest):
    needs_every_backend = False

    def settings(self, text, folder=".claude"):
        path = self.home / folder / "settings.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_what_the_agent_s_settings_say(self):
        self.assertEqual(self.claude()["retentionDays"], 30)
        for text, days in (('{"cleanupPeriodDays": 7}', 7), ('{"a": 1, "cleanupPeriodDays": 365, "b": {}}', 365),
                           ('{"cleanupPeriodDays": 0}', 0), ('{"cleanupPeriodDays": "7"}', 30), ('{"cleanupPeriodDays": -1}', 30),
                           ('{"cleanupPeriodDays": null}', 30), ("junk", 30), ("", 30), ('{"model": "x"}', 30)):
            self.settings(text)
            self.assertEqual(self.claude()["retentionDays"], days, text)

    def test_of_several_folders_the_shortest_counts(self):
        (self.home / "a/projects").mkdir(parents=True)
        (self.home / "b/projects").mkdir(parents=True)
        self.settings('{"cleanupPeriodDays": 9}', "a")
        self.settings('{"cleanupPeriodDays": 8}', "b")
        env = self.environment(CLAUDE_CONFIG_DIR=f"{self.home}/a,{self.home}/b")
        self.assertEqual(self.claude(env=env)["retentionDays"], 8)

    def test_it_warns_where_logs_may_be_gone_before_they_are_read(self):
        self.assertIn("still to come", "".join(self.warnings()))
        self.ingest()
        self.assertEqual(self.warnings(), [])
        self.settings('{"cleanupPeriodDays": 0}')
        [warning] = self.warnings()
        self.assertIn("after 0 days", warning)
        self.log.unlink()
        self.assertEqual(self.warnings(), [], "there is nothing to lose")

    def test_a_warning_is_no_fault(self):
        self.assertTrue(self.warnings())
        result = self.run_program("status", expect=DONE)
        self.assertIn("WARNING", result.text)


@unittest.skipIf(IS_SANITIZED or not FAKE_CLOCK, "needs libfaketime, and a program without sanitizers")
class Clock(StatusTest):
    def after(self, seconds):
        return self.environment(LD_PRELOAD=str(FAKE_CLOCK), FAKETIME=f"{seconds:+d}")

    def test_a_host_that_has_not_ingested_for_half_the_time(self):
        self.ingest()
        skew = 1 if self.storage == "postgres" else 0
        self.assertEqual(len(self.warnings(env=self.after(14 * DAY))), skew)
        warning, *_ = self.warnings(env=self.after(16 * DAY))
        self.assertIn("16 days ago", warning)

    def test_a_clock_that_differs_from_the_database_s(self):
        self.ingest()
        if self.storage != "postgres":
            return self.assertNotIn("clockAheadMs", self.status()["store"])
        for seconds, word in ((-3600, "ahead of"), (3600, "behind")):
            status = self.status(env=self.after(seconds))
            self.assertLess(abs(status["store"]["clockAheadMs"] + seconds * 1000), 60_000)
            self.assertIn(word, "".join(status["warnings"]))
        self.assertEqual(self.warnings(), [])
        return None


class Hosts(StatusTest):
    def setUp(self):
        super().setUp()
        self.ingest()

    def hosts(self):
        return self.run_program("hosts", "--json").json["hosts"]

    def host(self):
        [host] = self.hosts()
        return host

    def test_a_host_is_relabelled_and_no_total_changes(self):
        digest = self.digest()
        for name in (self.host()["id"], self.host()["id"][:8], "tester@host"):
            self.run_program("hosts", "label", name, "build server")
            self.assertEqual((self.host()["label"], self.host()["ownLabel"]), ("build server", "tester@host"))
            self.assertEqual([(row["host"], row["turns"]) for row in self.table("host")], [("build server", 1)])
            self.assertEqual(self.analyze("--host", "build server")["totals"]["turns"], 1)
            self.assertEqual(self.status()["hosts"][0]["label"], "build server")
            if self.storage == "postgres":
                self.assertEqual(SERVER.sql(f'SELECT host FROM "{self.schema()}".usage_calls'), [["build server"]])
            self.run_program("hosts", "label", "build server", "")
            self.assertEqual(self.host()["label"], "tester@host")
        self.assertEqual(self.digest(), digest)
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def test_the_operator_s_label_stays_whatever_the_host_says_later(self):
        self.run_program("hosts", "label", "tester@host", "build server")
        self.append_log(self.log, raw(assistant("msg_2")) + b"\n")
        self.ingest("--host-label", "renamed@host")
        self.assertEqual((self.host()["label"], self.host()["ownLabel"]), ("build server", "renamed@host"))
        self.run_program("hosts", "label", "build server", "")
        self.assertEqual(self.host()["label"], "renamed@host")

    def test_a_retired_host_stays_out_of_status_until_it_comes_back(self):
        digest = self.digest()
        self.run_program("hosts", "retire", "tester@host")
        self.assertTrue(self.host()["retired"])
        self.assertIn("retired", self.run_program("hosts").text)
        self.assertNotIn("tester@host", self.run_program("status").text)
        self.assertEqual((self.digest(), self.analyze("--host", "tester@host")["totals"]["turns"]), (digest, 1))
        self.run_program("hosts", "restore", "tester@host")
        self.assertFalse(self.host()["retired"])
        self.run_program("hosts", "retire", "tester@host")
        self.append_log(self.log, raw(assistant("msg_2")) + b"\n")
        self.ingest()
        self.assertFalse(self.host()["retired"])

    def test_what_is_said_of_a_host_goes_with_a_copy(self):
        if self.storage == "postgres":
            self.skipTest("it is the same there")
        self.run_program("hosts", "label", "tester@host", "build server")
        to = f"file:{self.root}/copy"
        self.run_program("copy", "--from", self.storage, "--to", to)
        copied = self.environment(RELAYBURN_STORAGE="file", RELAYBURN_FILE_DIR=f"{self.root}/copy")
        self.assertEqual(self.run_program("hosts", "--json", env=copied).json["hosts"][0]["label"], "build server")

    def test_hosts_that_are_not_there_or_not_one(self):
        self.assertIn(b"nobody", self.run_program("hosts", "retire", "nobody", expect=FAILED).err)
        self.forget_who_it_is()
        self.put("s-2.jsonl", assistant("msg_2", session="s-2"))
        self.ingest()
        self.assertEqual(len(self.hosts()), 2)
        error = self.run_program("hosts", "label", "tester@host", "x", expect=WRONG_USAGE).err
        for host in self.hosts():
            self.assertIn(host["id"].encode(), error)
        for arguments in (["label"], ["label", "x"], ["frobnicate"], ["retire"], ["retire", "a", "b"]):
            self.run_program("hosts", *arguments, expect=WRONG_USAGE)

    def test_no_ledger_has_no_hosts(self):
        self.delete_ledger()
        self.assertEqual(self.hosts(), [])
        self.assertEqual(self.run_program("hosts").text, "")


if __name__ == "__main__":
    main()
