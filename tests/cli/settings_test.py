#!/usr/bin/env python3
"""Flags, environment and config.toml; homes that are missing; wrong usage."""

import json
import os
import re
import shutil
import sqlite3
import unittest

from harness import (BACKENDS, DONE, DONE_IN_PART, FAILED, LOCAL_STORES, NO_PLUGIN, NO_STORE, PROGRAM, WRONG_USAGE,
                     CliTest, assistant, clean_environment, is_root, main, sha256)
from postgres import SERVER

PLUGINS = PROGRAM.parent.parent / "lib" / "relayburn" / "plugins"


class Usage(CliTest):
    needs_every_backend = False

    def test_wrong_usage_is_exit_2_and_says_why_on_stderr(self):
        for arguments in (["frobnicate"], ["ingest", "--frobnicate"], ["analyze", "--by"], ["analyze", "extra"], ["ingest", "--path"],
                          ["--storage"], ["--storage=", "status"], ["--storage", "../sqlite", "status"],
                          ["--storage", "SQLite", "status"], ["--home=", "status"],
                          ["export", "--digest=maybe"], ["analyze", "--by", "colour"], ["analyze", "--timezone", "Nowhere"],
                          ["--log-level", "loud", "status"], ["analyze", "--tag", "novalue"]):
            result = self.run_program(*arguments, expect=WRONG_USAGE)
            self.assertEqual(result.out, b"", arguments)
            self.assertTrue(result.err, arguments)

    def test_help_and_version_are_results(self):
        for arguments in (["--help"], ["ingest", "--help"], ["analyze", "-h"], ["--version"]):
            result = self.run_program(*arguments)
            self.assertTrue(result.out)
            self.assertEqual(result.err, b"")
        self.assertIn(b"--timezone", self.run_program("analyze", "--help").out)


class Messages(CliTest):
    needs_every_backend = False

    def test_log_format_json_makes_each_line_on_stderr_an_object(self):
        self.write_log("a.jsonl", assistant(), "junk")
        for arguments, status in ((["analyze", "--by", "colour"], WRONG_USAGE), (["ingest", "--path", self.logs], DONE),
                                  (["ingest", "--path", self.root / "missing"], DONE_IN_PART)):
            result = self.run_program("--log-format", "json", *arguments, expect=status)
            self.assertTrue(result.err)
            for line in result.err.splitlines():
                self.assertEqual(line[:1], b"{", line)
                json.loads(line)

    def test_log_level_error_hides_what_is_less(self):
        self.write_log("a.jsonl", assistant())
        self.assertEqual(self.run_program("--log-level", "error", "ingest", "--path", self.logs).err, b"")

    def test_no_progress_and_no_colour_where_there_is_no_terminal(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{number}") for number in range(2000)])
        result = self.run_program("ingest", "--path", self.logs)
        self.assertNotIn(b"\x1b", result.out + result.err)


class Config(CliTest):
    needs_every_backend = False

    def config(self, text, mode=0o600):
        self.ledger_home.mkdir(exist_ok=True)
        path = self.ledger_home / "config.toml"
        path.write_text(text)
        path.chmod(mode)
        return path

    def label(self, *arguments, **more):
        return self.ingest("--dry-run", "--path", self.logs, *arguments, env=self.environment(**more))["hostLabel"]

    def test_flag_before_environment_before_file(self):
        self.config('host_label = "file"\n')
        self.assertEqual(self.label("--host-label", "flag", RELAYBURN_HOST_LABEL="environment"), "flag")
        self.assertEqual(self.label(RELAYBURN_HOST_LABEL="environment"), "environment")
        self.assertEqual(self.label(RELAYBURN_HOST_LABEL=None), "file")
        self.assertEqual(self.label(RELAYBURN_HOST_LABEL=""), "file")

    def test_the_file_alone_will_do_as_under_cron(self):
        self.write_log("a.jsonl", assistant())
        for storage in BACKENDS:
            database = f'database_url = "{SERVER.url}"\ndatabase_schema = "{self.schema()}"\n' if storage == "postgres" else ""
            self.config(f'storage = "{storage}"\n{database}sqlite_path = "{self.root}/cron.sqlite"\nfile_dir = "cron-ledger"\n'
                        'timezone = "Europe/Berlin"\nhost_label = "cron"\ncontent_store = "full"\n')
            bare = clean_environment(RELAYBURN_HOME=str(self.ledger_home))
            del bare["TZ"]
            summary = self.ingest_logs(env=bare)
            self.assertEqual((summary["storage"], summary["hostLabel"]), (storage, "cron"))
            self.assertEqual(self.inserted(summary)["content"], 1)
            report = self.analyze(env=bare)
            self.assertEqual((report["storage"], report["timezone"], report["totals"]["turns"]), (storage, "Europe/Berlin", 1))
        if "sqlite" in BACKENDS:
            self.assertTrue((self.root / "cron.sqlite").exists())
        if "file" in BACKENDS:
            self.assertTrue((self.ledger_home / "cron-ledger" / "ledger.jsonl").exists(), "relative to the config file")

    def test_unknown_keys_and_broken_toml_are_exit_2_with_the_line(self):
        for text, line in (("\nstorag = 'sqlite'\n", 2), ("a b c\n", 1), ("storage = \n", 1), ("\n\nstorage = 5\n", 3),
                           ("[table]\n", 1), ("storage='sqlite'\nstorage='file'\n", 2), ("home = '/x'\n", 1),
                           ("content_store = 'some'\n", 1), ("pool_size = 0\n", 1), ("timezone = ''\n", 1)):
            path = self.config(text)
            result = self.run_program("status", expect=WRONG_USAGE)
            self.assertIn(f"{path}:{line}".encode(), result.err, text)

    def test_a_password_that_others_can_read_is_refused_and_never_shown(self):
        for url in ("postgresql://me:geheim@db/x", "host=db password=geheim", "postgresql://me@db/x?password=geheim"):
            self.config(f'database_url = "{url}"\n', mode=0o644)
            result = self.run_program("status", expect=WRONG_USAGE)
            self.assertNotIn(b"geheim", result.out + result.err)
            self.config(f'database_url = "{url}"\n', mode=0o600)
            self.run_program("status")

    def test_a_folder_in_place_of_the_file(self):
        (self.ledger_home / "config.toml").mkdir(parents=True)
        self.run_program("status", expect=WRONG_USAGE)

    def test_odd_values(self):
        self.config('host_label = "\\u001b[31mred\\n"\n')
        result = self.run_program("ingest", "--path", self.logs, env=self.environment(RELAYBURN_HOST_LABEL=None))
        result2 = self.run_program("status")
        self.assertNotIn(b"\x1b", result.out + result.err + result2.out + result2.err)


class Homes(CliTest):
    database_url = SERVER.tcp_url

    def test_env_i(self):
        self.write_log("a.jsonl", assistant())
        bare = {"PATH": "/usr/bin:/bin"} | self.database() | {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
        options = ["--home", self.ledger_home, "--storage", self.storage]
        self.run_program(*options, "ingest", "--path", self.logs, env=bare)
        self.assertEqual(self.run_program(*options, "analyze", "--json", env=bare).json["totals"]["turns"], 1)

    @unittest.skipUnless(is_root(), "needs to become a user whom nobody knows")
    def test_no_home_and_no_user_is_exit_2_and_names_the_setting(self):
        bare = clean_environment(RELAYBURN_STORAGE=self.storage, **self.database())
        result = self.run_program("analyze", env=bare, expect=WRONG_USAGE, user=54321, group=54321, extra_groups=[], cwd="/")
        self.assertIn(b"RELAYBURN_HOME", result.err)
        bare["RELAYBURN_HOME"] = "/nonexistent"
        self.run_program("analyze", env=bare, user=54321, group=54321, extra_groups=[], cwd="/")

    def test_the_default_home_is_below_HOME(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs(env=self.environment(RELAYBURN_HOME=None))
        self.assertTrue((self.home / ".relayburn").is_dir())

    def test_what_it_makes_is_for_its_owner_alone(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs(umask=0)
        for path in [self.ledger_home, *self.ledger_home.rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_relative_homes_are_relative_to_the_working_folder(self):
        self.write_log("a.jsonl", assistant())
        self.run_program("--home", "here", "ingest", "--path", self.logs)
        self.assertTrue((self.root / "here").is_dir())
        self.assertEqual(self.analyze("--home", self.root / "here")["totals"]["turns"], 1)

    def test_a_home_with_odd_characters(self):
        self.write_log("a.jsonl", assistant())
        home = self.root / "h\u00f6me ?mode=ro#%41 'x'"
        environment = self.environment(RELAYBURN_HOME=str(home))
        self.ingest_logs(env=environment)
        self.assertEqual(self.analyze(env=environment)["totals"]["turns"], 1)
        self.assertEqual([path.name for path in self.root.iterdir() if path.name.startswith("h\u00f6me")], [home.name])

    def test_a_home_that_is_a_file(self):
        self.ledger_home.write_text("mine")
        self.run_program("ingest", "--path", self.logs, expect=NO_STORE)
        self.assertEqual(self.ledger_home.read_text(), "mine")

    def test_a_store_that_is_something_else_is_refused_and_left_alone(self):
        if self.storage not in LOCAL_STORES:
            self.skipTest("its store is no file")
        self.write_log("a.jsonl", assistant())
        (self.ledger_home / "ledger").mkdir(parents=True)
        for store in (self.ledger_home / "burn.sqlite", self.ledger_home / "ledger" / "ledger.jsonl"):
            store.write_text("a diary, not a ledger\n" * 1000)
        result = self.run_program("ingest", "--path", self.logs, expect=None)
        self.assertIn(result.status, (FAILED, NO_STORE), result)
        self.assertIn(self.run_program("analyze", expect=None).status, (FAILED, NO_STORE))
        for store in (self.ledger_home / "burn.sqlite", self.ledger_home / "ledger" / "ledger.jsonl"):
            self.assertEqual(store.read_text(), "a diary, not a ledger\n" * 1000)


class Plugins(CliTest):
    def test_lists_each_backend_and_whether_it_can_be_used(self):
        listed = self.run_program("plugins", "--json").json["plugins"]
        usable = {plugin["name"] for plugin in listed if plugin["usable"]}
        self.assertLessEqual(set(BACKENDS), usable)
        for plugin in listed:
            self.assertTrue(plugin.get("file") if plugin["usable"] else plugin["problem"], plugin)
        text = self.run_program("plugins").text
        self.assertIn(str(PLUGINS / f"relayburn_storage_{self.storage}.so"), text)

    def test_a_missing_plugin_is_exit_4_and_says_where_it_was_looked_for(self):
        empty = self.root / "empty"
        empty.mkdir()
        for arguments in (["ingest", "--path", self.logs], ["analyze"], ["export"], ["migrate"], ["status"]):
            result = self.run_program("--plugin-dir", empty, *arguments, expect=NO_PLUGIN)
            self.assertIn(str(empty).encode(), result.err)
            self.assertIn(self.storage.encode(), result.err)
        self.run_program("analyze", env=self.environment(RELAYBURN_PLUGIN_PATH=str(empty)), expect=NO_PLUGIN)
        self.run_program("--storage", "oracle", "analyze", expect=NO_PLUGIN)
        self.run_program("--plugin-dir", empty, "plugins")

    def test_works_with_every_other_plugin_deleted(self):
        alone = self.root / "alone"
        alone.mkdir(mode=0o700)
        shutil.copy(PLUGINS / f"relayburn_storage_{self.storage}.so", alone)
        self.write_log("a.jsonl", assistant())
        self.run_program("--plugin-dir", alone, "ingest", "--path", self.logs)
        self.assertEqual(self.analyze("--plugin-dir", alone)["totals"]["turns"], 1)

    def test_a_plugin_that_is_no_plugin_is_exit_4(self):
        bad = self.root / "bad"
        bad.mkdir(mode=0o700)
        plugin = bad / f"relayburn_storage_{self.storage}.so"
        for content in (b"", b"no plugin"):
            plugin.write_bytes(content)
            self.run_program("--plugin-dir", bad, "analyze", expect=NO_PLUGIN)


class Store(CliTest):
    """export, migrate and status."""

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", number, session=f"s-{number % 3}",
                                              content=[{"type": "tool_use", "id": f"t{number}", "name": "Read", "input": {}}])
                                    for number in range(30)])

    def test_the_digest_is_the_hash_of_exactly_the_bytes_exported(self):
        self.assertEqual(self.digest(), sha256(b""))
        self.ingest_logs()
        out = self.run_program("export").out
        self.assertEqual(self.run_program("export", "--digest").out, sha256(out).encode() + b"\n")
        with_content = self.environment(RELAYBURN_CONTENT_STORE="full")
        self.ingest_logs("--full", env=with_content)
        content = self.run_program("export", "--content").out
        self.assertEqual(self.run_program("export", "--content", "--digest").text.strip(), sha256(content))
        self.assertEqual(self.run_program("export").out, out)

    def test_lines_are_compact_and_in_order_of_kind_and_id(self):
        self.ingest_logs()
        records = self.export()
        order = ["turn", "tool_call", "tool_result", "user_turn", "relationship", "compaction", "price", "session_cost", "stamp", "content"]
        keys = [(order.index(record["kind"]), record["id"]) for record in records]
        self.assertEqual(keys, sorted(set(keys)))
        for line, record in zip(self.run_program("export").out.splitlines(), records, strict=True):
            self.assertTrue(line.startswith(b'{"kind":"%s","id":"%s","revision":' % (record["kind"].encode(), record["id"].encode())))
            self.assertNotIn(None, record.values(), "absent fields are omitted")
            self.assertRegex(record["id"], "^[0-9a-f]{32}$")
            self.assertNotIn(b": ", line)

    def test_the_keys_are_those_of_the_documented_vectors(self):
        self.write_log("a.jsonl", assistant("msg_01ABC", 1, session="sess-1"))
        self.ingest_logs()
        [turn] = self.export("turn")
        [root] = self.export("relationship")
        self.assertEqual((turn["id"][:16], root["id"][:16]), ("0a9b86454e033939", "3e6307b9a5214d5a"))
        self.assertEqual(turn["callKey"], sha256(b"claude-code|msg_01ABC")[:32])

    def test_migrate_makes_the_store_once(self):
        self.run_program("migrate", "--check", expect=FAILED)
        self.run_program("migrate")
        self.run_program("migrate", "--check")
        before = self.digest()
        self.run_program("migrate")
        self.assertEqual(self.digest(), before)
        self.assertEqual(self.inserted(self.ingest_logs())["turn"], 30)

    def test_status_says_what_is_there(self):
        self.ingest_logs()
        status = self.run_program("status", "--json").json
        self.assertEqual((status["storage"], status["rows"]["turn"], status["rows"]["tool_call"]), (self.storage, 30, 30))
        [host] = status["hosts"]
        self.assertEqual(host["label"], "tester@host")
        self.assertTrue(host["lastIngest"])
        self.assertEqual(status["faults"], [])
        self.assertIn("tester@host", self.run_program("status").text)

    def test_status_before_anything_was_ingested(self):
        status = self.run_program("status", "--json").json
        self.assertEqual((status["rows"]["turn"], status["hosts"]), (0, []))

    def test_a_newer_schema_is_refused_with_exit_5_and_a_fault_of_status(self):
        self.ingest_logs()
        if self.storage == "sqlite":
            with sqlite3.connect(self.ledger_home / "burn.sqlite") as store:
                store.execute("INSERT INTO schema_versions VALUES (9999, 'from the future', 'x', 0)")
            store.close()
        elif self.storage == "postgres":
            SERVER.sql(f"INSERT INTO {self.schema()}.schema_versions VALUES (9999, 'from the future', 'x', now())")
        elif self.storage == "file":
            path = self.ledger_home / "ledger" / "ledger.jsonl"
            head, rest = path.read_bytes().split(b"\n", 1)
            self.assertRegex(head, rb'"version":\s*\d+')
            path.write_bytes(re.sub(rb'("version":\s*)\d+', rb"\g<1>9999", head) + b"\n" + rest)
        for command in (["ingest", "--path", self.logs], ["analyze"], ["export"], ["migrate"]):
            result = self.run_program(*command, expect=NO_STORE)
            self.assertIn(b"9999", result.err, command)
        self.assertIn(b"9999", self.run_program("status", expect=FAILED).out)


if __name__ == "__main__":
    main()
