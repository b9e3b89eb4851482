#!/usr/bin/env python3
"""With content off nothing that anybody wrote reaches a store or an output: each free text of the logs is a canary."""

import re
import shutil

from canary_logs import KEPT, STEM, claude_lines, codex_lines, write_opencode
from harness import CliTest, assistant, main, session_meta, token_count

CANARY = re.compile(rb"(?i)" + STEM.encode() + rb"(?:_(free|kept)\.([a-z0-9.]+)_)?")
# Bytes as the file of cursors and a dump of PostgreSQL have them.
HEX = re.compile(rb"(?:[0-9a-f]{2}){8,}")

OUTPUTS = [
    ("analyze", "--json"),
    ("analyze", "--by", "model,project,session", "--by", "agent", "--by", "branch"),
    ("status",), ("status", "--json"),
    ("plugins",), ("migrate", "--check"),
    ("export",),
]


class Canaries(CliTest):
    def setUp(self):
        super().setUp()
        self.write_log("claude/a.jsonl", *claude_lines())
        self.write_log("codex/rollout-2026-03-02T10-00-00-a.jsonl", *codex_lines())
        write_opencode(self.logs / "opencode")

    def found(self, data):
        """The labels of the canaries in these bytes: {("free", "claude.prompt"), …}. A part of one counts as free."""
        plain = b"\n".join([data, *[bytes.fromhex(run.decode()) for run in HEX.findall(data)]])
        return {(kind.decode() or "free", label.decode() or "?") for kind, label in CANARY.findall(plain)}

    def kept(self):
        return {("kept", label) for label in KEPT}

    def ingest_all(self, *arguments, **settings):
        environment = self.environment(**settings)
        return self.run_program("ingest", "--path", self.logs, *arguments, env=environment, expect=None)

    def assert_none(self, data, of):
        self.assertEqual({label for kind, label in self.found(data) if kind == "free"}, set(), of)

    def test_the_store_holds_what_is_listed_and_nothing_else(self):
        self.ingest_all("--json", "--log-level", "debug")
        self.ingest_all("--full")
        self.assertEqual(self.found(self.written()), self.kept())

    def test_no_output_quotes_a_log(self):
        for arguments in (("--json", "--log-level", "debug"), ("-v", "--full"), ("--full", "--log-format", "json"),
                          ("--full", "--dry-run"), ("--full", "--strict", "--progress", "always")):
            result = self.ingest_all(*arguments)
            self.assertIn(b"not a JSON object", result.out + result.err)
            self.assert_none(result.out + result.err, arguments)
        for command in OUTPUTS:
            result = self.run_program(*command, "--log-level", "debug", expect=None)
            self.assert_none(result.out + result.err, command)

    def test_a_log_that_grows_leaves_nothing_in_the_state_of_a_cursor(self):
        for name, lines in (("claude/a.jsonl", claude_lines()), ("codex/rollout-2026-03-02T10-00-00-a.jsonl", codex_lines())):
            for length in range(0, len(lines), 3):
                self.write_log(name, *lines[:length])
                self.ingest_all()
                self.assert_none(self.written(), (name, length))

    def test_no_path_of_a_log_reaches_the_store(self):
        """Agents name folders after the directory of the session, which a list or another name may hide, now or later."""
        self.write_log(f"-home-{STEM}_free.folder_/b.jsonl", assistant("msg_b", session="s-b"))
        for arguments in ((), ("--full",)):
            self.ingest_all(*arguments)
            self.assertEqual(self.found(self.written()), self.kept())

    def test_what_a_list_leaves_out_is_nowhere(self):
        hidden = {"session": "hidden", "cwd": f"/home/{STEM}_free.cwd_", "gitBranch": f"{STEM}_free.branch_"}
        rollout = [session_meta() | {"payload": {"id": "c-1", "cwd": hidden["cwd"], "git": {"branch": hidden["gitBranch"]}}},
                   token_count((10, 0, 5, 0))]
        shutil.rmtree(self.logs)
        for length in (1, 2):  # the second time it has grown
            self.write_log("a.jsonl", assistant("msg_a", session="shown"), *[assistant(f"msg_{n}", **hidden) for n in range(length)])
            self.write_log("rollout-2026-03-02T10-00-00-a.jsonl", *rollout[:length])
            self.ingest_all("--project-deny", "/home/*" + STEM + "*")
            self.assertEqual(self.found(self.written()), set())
            self.assertEqual({turn["sessionId"] for turn in self.export("turn")}, {"shown"})

    def test_with_content_what_is_kept_shows_up(self):
        """The canaries are seen where they are: else the tests above could not fail."""
        self.ingest_all(RELAYBURN_CONTENT_STORE="full")
        stored = self.found(self.written())
        for label in ("claude.prompt", "claude.reply", "claude.thinking", "claude.command", "claude.result", "claude.url",
                      "claude.agentreply", "codex.prompt", "codex.reasoning", "codex.cmd", "codex.output", "codex.added",
                      "opencode.prompt", "opencode.reply", "opencode.command", "opencode.output", "opencode.error"):
            self.assertIn(("free", label), stored)
        exported = self.found(self.run_program("export").out)
        self.assertEqual({label for kind, label in exported if kind == "free"}, set(), "export without --content")

    def test_every_canary_is_another_text(self):
        written = b"".join(path.read_bytes() for path in sorted(self.logs.rglob("*")) if path.is_file())
        self.assertGreater(len([1 for kind, _ in self.found(written) if kind == "free"]), 150)
        self.assertLessEqual(self.kept(), self.found(written))


if __name__ == "__main__":
    main()
