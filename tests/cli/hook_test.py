#!/usr/bin/env python3
"""`ingest --hook claude`: the log that standard input names, exit 0 whatever happens, nothing on stdout."""

import fcntl
import json
import socket
import time

from harness import DONE, NOWHERE, WRONG_USAGE, ClaudeTest, assistant, main, raw


class HookTest(ClaudeTest):
    def setUp(self):
        super().setUp()
        self.put("s-2.jsonl", assistant("msg_2", session="s-2"))

    def hook(self, payload, *arguments, env=None):
        """What it said on stderr. It must end soon, say nothing on stdout, and with exit 0."""
        text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        (self.root / "payload").write_bytes(text)
        begin = time.monotonic()
        with open(self.root / "payload", "rb") as stdin:
            result = self.run_program(*arguments, "ingest", "--hook", "claude", stdin=stdin, env=env, expect=DONE)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(result.out, b"")
        return result.err.decode()

    def payload(self, **more):
        return {"session_id": "s-1", "transcript_path": str(self.log), "cwd": "/home/dev/shop",
                "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"},
                "tool_response": {"stdout": "x" * 100_000}, **more}

    def turns(self):
        return self.analyze()["totals"]["turns"]


class Hook(HookTest):
    def test_it_reads_the_log_that_is_named_and_no_other(self):
        self.assertEqual(self.hook(self.payload()), "")
        self.assertEqual([row["session"] for row in self.table("session")], ["s-1"])

    def test_the_next_hook_and_the_next_run_go_on_from_there(self):
        self.hook(self.payload())
        self.append_log(self.log, raw(assistant("msg_3")) + b"\n")
        self.hook(self.payload(hook_event_name="Stop"))
        self.assertEqual(self.turns(), 2)
        summary = self.ingest()
        self.assertEqual((summary["files"]["unchanged"], summary["files"]["read"]), (1, 1))
        self.assertEqual(self.turns(), 3)

    def test_a_path_below_the_home_directory(self):
        self.hook(self.payload(transcript_path="~/.claude/projects/p/s-1.jsonl"))
        self.assertEqual(self.turns(), 1)

    def test_subagents_of_the_session_are_read_too(self):
        self.put("s-1/subagents/agent-a.jsonl", assistant("msg_a", isSidechain=True, agentId="a"))
        elsewhere = self.put("agent-b.jsonl", assistant("msg_b", isSidechain=True, agentId="b"))
        self.hook(self.payload())
        self.assertEqual(self.turns(), 2)
        self.hook(self.payload(hook_event_name="SubagentStop", agent_transcript_path=str(elsewhere)))
        self.assertEqual(self.turns(), 3)

    def test_no_input_makes_it_fail(self):
        (self.root / "folder").mkdir()
        for payload in (b"", b"\n", b"junk", b"[]", b"{}", b'{"transcript_path":', b"\xff\x00", {"transcript_path": 5},
                        {"transcript_path": ""}, self.payload(transcript_path=str(self.root / "missing.jsonl")),
                        self.payload(transcript_path="/dev/null/x"), self.payload(transcript_path="a\nb")):
            self.assertNotEqual(self.hook(payload), "", payload)
        self.assertEqual(self.turns(), 0)

    def test_no_ledger_makes_it_fail(self):
        self.assertIn("cannot", self.hook(self.payload(), env=self.environment(**NOWHERE)))
        for arguments, word in ((["--storage", "absent"], "absent"), (["--plugin-dir", "/nowhere"], "/nowhere")):
            self.assertIn(word, self.hook(self.payload(), *arguments))

    def test_no_setting_makes_it_fail(self):
        self.ledger_home.mkdir()
        (self.ledger_home / "config.toml").write_text("storag = 5\n")
        self.assertIn("config.toml:1", self.hook(self.payload()))

    def test_while_another_run_is_at_work_it_leaves_a_mark(self):
        self.ingest()
        self.append_log(self.log, raw(assistant("msg_3")) + b"\n")
        [path] = (self.ledger_home / "locks").glob("ingest-*.lock")
        with open(path, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("another ingest", self.hook(self.payload()))
        self.assertTrue(path.with_suffix(".again").exists())
        self.assertEqual(self.turns(), 2)
        self.hook(self.payload())
        self.assertEqual(self.turns(), 3)

    def test_an_agent_that_never_closes_the_input(self):
        process = self.start("ingest", "--hook", "claude", stdin=-1)
        begin = time.monotonic()
        self.assertEqual(process.wait(timeout=20), DONE)
        self.assertGreater(time.monotonic() - begin, 2)
        self.assertIn(b"gives up", process.stderr.read())
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def test_json_that_is_asked_for_is_printed(self):
        (self.root / "payload").write_text(json.dumps(self.payload()))
        with open(self.root / "payload", "rb") as stdin:
            summary = self.ingest("--hook", "claude", stdin=stdin)
        self.assertEqual(self.inserted(summary)["turn"], 1)

    def test_no_command_line_makes_it_fail(self):
        """Claude Code takes exit 2 for: do not go on."""
        for arguments in (["--hook", "emacs"], ["--hook"], ["--hook="], ["--hook=emacs"], ["--hook", "claude", "--path", "x"],
                          ["--hook", "claude", "--frobnicate"], ["--frobnicate", "--hook", "claude"], ["--hook", "claude", "--watch"],
                          ["--hook", "claude", "--splay", "never"], ["--hook", "claude", "--source", "emacs"],
                          ["--storage=", "--hook", "claude"], ["--hook", "claude", "more", "words"]):
            result = self.run_program("ingest", *arguments)
            self.assertEqual(result.out, b"")
            self.assertTrue(result.err.startswith(b"relayburn: "), result)
        self.run_program("--log-level", "loud", "ingest", "--hook", "claude")

    def test_what_is_no_hook_fails_as_ever(self):
        for arguments in (["ingest", "--hok", "claude"], ["analyze", "--hook", "claude"], ["--hook", "claude"]):
            self.run_program(*arguments, expect=WRONG_USAGE)


class HookWithoutAnswer(HookTest):
    """A server that takes connections and says nothing."""

    only_on = ("postgres",)

    def test_it_gives_up_soon(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"postgresql://me@127.0.0.1:{server.getsockname()[1]}/x?sslmode=disable"
            self.assertIn("gives up", self.hook(self.payload(), env=self.environment(RELAYBURN_DATABASE_URL=url)))


if __name__ == "__main__":
    main()
