#!/usr/bin/env python3
"""Where logs are looked for, and what stands there instead of a readable log."""

import os
import shutil
import socket
import unittest

from harness import (DONE, DONE_IN_PART, LOCAL_STORES, NO_STORE, WRONG_USAGE, CliTest, assistant, is_root, main, raw,
                     session_meta, token_count)
from opencode_logs import Session, reply, write_tree
from postgres import SERVER


class UsualPlaces(CliTest):
    def put(self, config, message_id):
        path = config / "projects" / "-home-dev-shop" / "s-1.jsonl"
        path.parent.mkdir(parents=True)
        path.write_bytes(raw(assistant(message_id)) + b"\n")

    def found(self, **more):
        summary = self.ingest(env=self.environment(**more))
        return summary["files"]["found"], sorted(turn["messageId"] for turn in self.export("turn"))

    def test_both_usual_places_are_read(self):
        self.put(self.home / ".claude", "msg_old")
        self.put(self.home / ".config" / "claude", "msg_new")
        self.assertEqual(self.found(), (2, ["msg_new", "msg_old"]))

    def test_xdg_config_home_replaces_dot_config(self):
        self.put(self.home / ".claude", "msg_old")
        self.put(self.home / ".config" / "claude", "msg_not")
        self.put(self.root / "xdg" / "claude", "msg_xdg")
        self.assertEqual(self.found(XDG_CONFIG_HOME=str(self.root / "xdg")), (2, ["msg_old", "msg_xdg"]))

    def test_claude_config_dir_is_a_list_that_replaces_the_usual_places(self):
        self.put(self.home / ".claude", "msg_not")
        self.put(self.root / "one", "msg_one")
        self.put(self.root / "two", "msg_two")
        listed = f"{self.root}/one, {self.root}/two,,{self.root}/missing,"
        self.assertEqual(self.found(CLAUDE_CONFIG_DIR=listed), (2, ["msg_one", "msg_two"]))

    def test_an_empty_claude_config_dir_is_as_if_unset(self):
        self.put(self.home / ".claude", "msg_old")
        self.assertEqual(self.found(CLAUDE_CONFIG_DIR="", XDG_CONFIG_HOME=""), (1, ["msg_old"]))

    def test_the_same_folder_listed_twice_is_read_once(self):
        self.put(self.root / "one", "msg_one")
        self.assertEqual(self.found(CLAUDE_CONFIG_DIR=f"{self.root}/one,{self.root}/one/"), (1, ["msg_one"]))

    def test_no_agent_at_all_is_no_error(self):
        self.assertEqual(self.ingest()["files"], {"found": 0, "read": 0, "unchanged": 0, "failed": 0})

    def test_source_chooses_the_agent(self):
        self.put(self.home / ".claude", "msg_old")
        self.assertEqual(self.ingest("--source", "claude")["files"]["found"], 1)
        self.run_program("ingest", "--source", "nobody", expect=WRONG_USAGE)


class Paths(CliTest):
    def test_a_file_whatever_its_name(self):
        log = self.write_log("log of mine.txt", assistant())
        self.assertEqual(self.ingest("--path", log)["files"]["read"], 1)
        self.assert_one_turn_of(10)

    def test_a_folder_and_a_file_in_it_are_read_once(self):
        log = self.write_log("a.jsonl", assistant())
        self.write_log("notes.txt", "no log")
        summary = self.ingest("--path", self.logs, "--path", log, "--path", str(self.logs) + "/./")
        self.assertEqual(summary["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})

    def test_a_relative_path_and_an_absolute_one_are_the_same_log(self):
        self.write_log("a.jsonl", assistant())
        self.ingest("--path", "logs/a.jsonl")
        self.assert_nothing_read(self.ingest_logs())

    def test_a_missing_path_is_named_and_the_others_are_read(self):
        log = self.write_log("a.jsonl", assistant())
        summary = self.ingest("--path", self.root / "missing", "--path", log, expect=DONE_IN_PART)
        self.assertEqual((summary["files"]["failed"], summary["files"]["read"]), (1, 1))
        self.assertEqual([issue["path"] for issue in summary["issues"]], [str(self.root / "missing")])
        self.assert_one_turn_of(10)

    def test_with_path_the_usual_places_are_left_alone(self):
        usual = self.home / ".claude" / "projects" / "p"
        usual.mkdir(parents=True)
        (usual / "s.jsonl").write_bytes(raw(assistant("msg_usual")))
        self.write_log("a.jsonl", assistant("msg_named"))
        self.ingest_logs()
        self.assertEqual([turn["messageId"] for turn in self.export("turn")], ["msg_named"])

    def assert_no_log(self, make):
        for folder in (self.root, self.logs):
            make(folder / "special.jsonl")
        self.ingest("--path", self.root / "special.jsonl", expect=DONE_IN_PART, timeout=10)
        self.assertEqual(self.ingest_logs(timeout=10)["files"]["found"], 0)

    def test_a_pipe_is_no_log(self):
        self.assert_no_log(os.mkfifo)

    def test_a_socket_is_no_log(self):
        def bind(path):
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
        self.assert_no_log(bind)

    def test_odd_names(self):
        names = [b"-rf.jsonl", b"with space.jsonl", b"line\nbreak.jsonl", b"\xff\xfe.jsonl", b"esc\x1b[31m.jsonl",
                 "b\u00e4ckerei \U0001f35e.jsonl".encode(), b"a" * 240 + b".jsonl", b"%s%n.jsonl", b"'; DROP TABLE turn.jsonl"]
        for number, name in enumerate(names):
            with open(os.path.join(os.fsencode(self.logs), name), "wb") as log:
                log.write(raw(assistant(f"msg_{number}")) + b"\njunk\n")
        result = self.run_program("ingest", "--json", "--path", self.logs)
        self.assertEqual(result.json["files"]["read"], len(names))
        self.assertEqual(len(result.json["issues"]), len(names))
        self.assertNotIn(b"\x1b", result.out + result.err, "what a name holds does not reach the terminal as it is")
        summary = self.ingest_logs()
        self.assertEqual(summary["files"]["unchanged"], len(names))
        self.assert_nothing_read(summary)
        self.assertEqual(self.analyze()["totals"]["turns"], len(names))

    def test_two_names_that_differ_only_in_bytes_that_are_no_text(self):
        for number, name in enumerate([b"\xff.jsonl", b"\xfe.jsonl"]):
            with open(os.path.join(os.fsencode(self.logs), name), "wb") as log:
                log.write(raw(assistant(f"msg_{number}")) + b"\n")
        self.ingest_logs()
        self.assert_nothing_read(self.ingest_logs())
        with open(os.path.join(os.fsencode(self.logs), b"\xfe.jsonl"), "ab") as log:
            log.write(raw(assistant("msg_more")) + b"\n")
        self.assertEqual(self.inserted(self.ingest_logs()), {"turn": 1})

    def test_a_deep_folder(self):
        folder = self.logs
        for _ in range(60):
            folder = folder / "deeper-and-deeper"
        folder.mkdir(parents=True)
        (folder / "a.jsonl").write_bytes(raw(assistant()))
        self.assertEqual(self.ingest_logs()["files"]["read"], 1)


class Links(CliTest):
    def test_a_linked_project_folder_is_read_once(self):
        projects = self.home / ".claude" / "projects"
        projects.mkdir(parents=True)
        self.write_log("a.jsonl", assistant())
        (projects / "linked").symlink_to(self.logs)
        (projects / "linked-again").symlink_to(self.logs)
        self.assertEqual(self.ingest()["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})
        self.assert_nothing_read(self.ingest())

    def test_loops_and_dangling_links_end(self):
        self.write_log("a/b.jsonl", assistant())
        (self.logs / "a" / "up").symlink_to(self.logs)
        (self.logs / "self").symlink_to("self")
        (self.logs / "gone.jsonl").symlink_to("nowhere")
        summary = self.ingest_logs(timeout=20)
        self.assertEqual(summary["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})

    def test_loops_in_the_folders_of_each_agent_count_once(self):
        claude = self.home / ".claude" / "projects"
        codex = self.home / ".codex" / "sessions"
        opencode = self.home / ".local" / "share" / "opencode" / "storage"
        for log, lines in ((claude / "p" / "a.jsonl", [assistant()]),
                           (codex / "2026" / "rollout-1.jsonl", [session_meta(), token_count((7, 0, 3, 0))])):
            log.parent.mkdir(parents=True)
            log.write_bytes(b"".join(raw(line) + b"\n" for line in lines))
        write_tree(opencode, Session(reply("msg_a")))
        for place in (claude, codex, opencode / "message"):
            folder = next(path for path in place.iterdir() if path.is_dir())
            (folder / "up").symlink_to(place)
            (folder / "itself").symlink_to(".")
            (place / "once-more").symlink_to(folder)
            (place / "there").symlink_to("back")
            (place / "back").symlink_to("there")
        summary = self.ingest(timeout=20)
        self.assertEqual(summary["files"], {"found": 4, "read": 4, "unchanged": 0, "failed": 0})
        self.assertEqual({row["source"]: row["turns"] for row in self.table("source")},
                         {"claude-code": 1, "codex": 1, "opencode": 1})
        self.assert_nothing_read(self.ingest(timeout=20))

    def test_a_linked_log_and_a_hard_link(self):
        log = self.write_log("a.jsonl", assistant())
        (self.logs / "b.jsonl").symlink_to(log)
        os.link(log, self.logs / "c.jsonl")
        self.assertEqual(self.ingest_logs()["files"]["found"], 1)
        self.assert_one_turn_of(10)

    def test_a_folder_with_the_name_of_a_log(self):
        self.write_log("folder.jsonl/a.jsonl", assistant())
        self.assertEqual(self.ingest_logs()["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})

    def test_two_logs_with_the_same_content(self):
        log = self.write_log("a.jsonl", assistant())
        shutil.copy(log, self.logs / "b.jsonl")
        summary = self.ingest_logs()
        self.assertEqual(summary["files"]["read"], 2)
        self.assertEqual(summary["records"]["turn"], {"inserted": 1, "updated": 0, "duplicate": 1})


class Unreadable(CliTest):
    database_url = SERVER.tcp_url

    def setUp(self):
        super().setUp()
        self.write_log("good.jsonl", assistant())
        self.write_log("secret.jsonl", assistant("msg_2"))

    def assert_partly_read(self, problem_path, found):
        summary = self.ingest_logs(expect=DONE_IN_PART, **self.as_nobody())
        self.assertEqual([issue["path"] for issue in summary["issues"]], [str(problem_path)])
        self.assertEqual((summary["files"]["found"], summary["files"]["failed"]), (found, 1))
        self.assertEqual(self.inserted(summary)["turn"], found - 1 if found > 1 else 1)

    def test_an_unreadable_log_is_named_and_the_others_are_read(self):
        (self.logs / "secret.jsonl").chmod(0)
        self.assert_partly_read(self.logs / "secret.jsonl", found=2)

    def test_once_readable_it_is_read(self):
        (self.logs / "secret.jsonl").chmod(0)
        identity = self.as_nobody()
        self.ingest_logs(expect=DONE_IN_PART, **identity)
        self.ingest_logs(expect=DONE_IN_PART, **identity)
        (self.logs / "secret.jsonl").chmod(0o644)
        self.assertEqual(self.inserted(self.ingest_logs(**identity)), {"turn": 1})

    def test_an_unreadable_folder_is_named_and_the_others_are_read(self):
        (self.logs / "secret.jsonl").unlink()
        self.write_log("locked/a.jsonl", assistant("msg_3"))
        (self.logs / "locked").chmod(0)
        self.assert_partly_read(self.logs / "locked", found=1)

    @unittest.skipUnless(is_root(), "needs another user's folder")
    def test_a_home_that_may_not_be_written_is_no_crash(self):
        identity = self.as_nobody()
        self.ledger_home.mkdir()  # root's
        is_local = self.storage in LOCAL_STORES
        self.run_program("ingest", "--path", self.logs, expect=NO_STORE if is_local else DONE, **identity)
        self.assertEqual(self.analyze(**identity)["totals"]["turns"], 0 if is_local else 2)


if __name__ == "__main__":
    main()
