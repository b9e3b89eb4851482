#!/usr/bin/env python3
"""A log that means harm, through every command and every form of a report."""

import csv
import io
import json
import re

import opencode_logs as opencode
from harness import DONE, KINDS, CliTest, assistant, main, raw, user

# What a terminal would obey, and what turns the order of letters round.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
ATTACKS = {
    "erase": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "title": "\x1b]52;c;cm0gLXJm\x07",
    "over": "harmless\r\b\b\bworse\x00\x7f",
    "bidi": "abc\u202edcb\u2066\u200f\u061c",
    "lines": "one\ntwo\u2028three\u0085four",
    "shell": "$(touch pwned); `touch pwned` | touch pwned && touch pwned",
    "quotes": "'; DROP TABLE turn; -- \" ' \\ $1 %s {{schema}}",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+1", "minus": "-2+3", "at": "@SUM(A1)", "tab": "\t=1+1",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;",
    "comma": 'a,b;c|d"e\'f',
    "markdown": "[x](javascript:alert(1)) | `code` ![](http://x/y)",
    "path": "../../../../etc/passwd",
    "percent": "%n%n%s%x",
    "long": "x" * 100_000,
}
FORMULA = tuple("=+-@\t\r")
DIMENSIONS = ("model", "session", "project", "branch", "agent", "tag:hostile", "provider", "host")


def attacked(number, text):
    call = {"type": "tool_use", "id": f"call {text}", "name": text, "input": {"file_path": text, text: text}}
    agent = {"type": "tool_use", "id": f"agent {text}", "name": "Task", "input": {"subagent_type": text}}
    result = {"type": "tool_result", "tool_use_id": f"agent {text}", "content": text}
    envelope = {"session": text[:400], "cwd": text, "gitBranch": text, "version": text}
    return [
        user(text, uuid=f"{text}{number}", **envelope),
        assistant(f"msg_{number}{text}", 10, model=text, content=[call, agent], requestId=text,
                  usage={"service_tier": text, "speed": text, "inference_geo": text}, message={"stop_reason": text}, **envelope),
        user([result], uuid=f"r{number}{text}", toolUseResult={"agentId": text}, **envelope),
        assistant(f"msg_a{number}{text}", 10, model=text, isSidechain=True, agentId=text, **envelope),
        {"type": "system", "subtype": "compact_boundary", "uuid": f"c{number}{text}", "compactMetadata": {"trigger": text},
         "sessionId": text[:400], "timestamp": text},
    ]


class Hostile(CliTest):
    def forms(self, *names):
        """The flags among these that analyze knows."""
        known = self.run_program("analyze", "--help").text
        return [name for name in names if name in known]

    def ingest_attacks(self):
        for number, (name, text) in enumerate(ATTACKS.items()):
            self.write_log(f"{name}.jsonl", *attacked(number, text))
        label = ATTACKS["erase"] + ATTACKS["html"]
        return self.run_program("ingest", "--path", self.logs, "--host-label", label)

    def by(self):
        return [word for dimension in DIMENSIONS for word in ("--by", dimension)]

    def assert_tame(self, result):
        for text in (result.text, result.err.decode()):
            self.assertIsNone(CONTROLS.search(text), CONTROLS.search(text))

    def test_text_for_people_holds_no_controls(self):
        self.assert_tame(self.ingest_attacks())
        for text in ATTACKS.values():
            if "\0" not in text and len(text) < 1000:
                self.assert_tame(self.run_program("stamp", "--session", text[:400], f"hostile={text}"))
        self.assertEqual(self.analyze()["totals"]["turns"], 2 * len(ATTACKS))
        for command in (["analyze", *self.by()], ["status"], ["analyze", "--project", ATTACKS["erase"]],
                        ["ingest", "--path", self.logs / ATTACKS["erase"].replace("\0", "")], ["prune", "--older-than", "1d"]):
            self.assert_tame(self.run_program(*command, expect=None))
        for form in self.forms("--markdown"):
            self.assert_tame(self.run_program("analyze", form, "--by", "model"))

    def test_json_is_json_and_says_what_the_log_says(self):
        self.ingest_attacks()
        models = {row["model"] for row in self.table("model")}
        self.assertEqual(models, {text.replace("\0", "\ufffd") for text in ATTACKS.values()})
        for command in (["status", "--json"], ["analyze", "--json", *self.by()]):
            result = self.run_program(*command)
            self.assertTrue(result.json)
            self.assertIsNone(CONTROLS.search(json.dumps(result.json)))
        for line in self.run_program("export").out.splitlines():
            self.assertIn(json.loads(line)["kind"], (*KINDS, "stamp", "forget"))

    def test_cells_of_a_table_are_no_formulas(self):
        self.ingest_attacks()
        for form in self.forms("--csv"):
            rows = list(csv.reader(io.StringIO(self.run_program("analyze", form, "--by", "model").text)))
            self.assertEqual(len({len(row) for row in rows}), 1)
            for row in rows:
                for cell in row:
                    self.assertFalse(cell.startswith(FORMULA) and not re.fullmatch(r"-?[\d.]+", cell), cell[:80])

    def test_html_holds_no_markup_of_a_log(self):
        self.ingest_attacks()
        for form in self.forms("--html"):
            page = self.run_program("analyze", form, "-", "--by", "model", "--by", "project").text
            self.assertNotIn("<script>alert", page)
            self.assertNotIn("<img src=x", page)
            self.assertNotIn("javascript:alert(1)\"", page)

    def test_nothing_is_run_and_no_file_is_written_elsewhere(self):
        before = sorted(self.root.rglob("*"))
        self.ingest_attacks()
        self.run_program("analyze", *self.by())
        after = [path for path in sorted(self.root.rglob("*")) if self.ledger_home not in (path, *path.parents)
                 and self.logs not in path.parents]
        self.assertEqual(after, [path for path in before if path != self.ledger_home])

    def test_it_comes_back_as_it_was(self):
        """However it is written: into a store, out of it, into another one."""
        self.ingest_attacks()
        digest = self.digest()
        self.ingest_logs("--full")
        self.assertEqual(self.digest(), digest)
        if self.storage == "sqlite":
            self.run_program("copy", "--from", "sqlite", "--to", f"file:{self.root}/copy")
            env = self.environment(RELAYBURN_STORAGE="file", RELAYBURN_FILE_DIR=f"{self.root}/copy")
            self.assertEqual(self.digest(env=env), digest)

    def test_opencode_too(self):
        if self.storage != "sqlite":
            return
        for number, text in enumerate(text for text in ATTACKS.values() if len(text) < 1000 and "\0" not in text):
            answer = opencode.reply(f"msg_{number}", parts=[opencode.tool(f"call{text}", text)])
            answer.data.update(modelID=text, providerID=text)
            session = opencode.Session(opencode.user("msg_user1" + str(number)), answer, id=f"ses_{number}", directory=text)
            opencode.write_tree(self.logs / "storage", session)
        self.assert_tame(self.run_program("ingest", "--path", self.logs))
        self.assert_tame(self.run_program("analyze", *self.by()))


class Monsters(CliTest):
    needs_every_backend = False

    def survive(self, line, turns):
        self.write_log("a.jsonl", line, assistant("msg_after"))
        result = self.run_program("ingest", "--path", self.logs, "--json")
        self.assertEqual(result.status, DONE)
        self.assertEqual(self.analyze()["totals"]["turns"], turns)

    def test_a_million_levels(self):
        for opening, closing in (("[", "]"), ('{"a":', "}")):
            deep = opening * 1_000_000 + ("1" if opening != "[" else "") + closing * 1_000_000
            line = raw(assistant("msg_deep")).decode()
            self.survive(line[:-1] + ',"deep":' + deep + "}", 2)
            self.survive(deep, 2)
            self.survive(line.replace('"content":[', '"content":[{"type":"tool_use","id":"t","name":"Bash","input":'
                                      + (deep if opening != "[" else '{"a":' + deep + "}") + "},"), 2)

    def test_a_million_keys(self):
        keys = ",".join(f'"key{number}":{number}' for number in range(1_000_000))
        line = raw(assistant("msg_wide")).decode()
        self.survive(line[:-1] + "," + keys + "}", 2)
        self.survive(line.replace('"usage":{', '"usage":{' + keys + ","), 2)
        self.survive(line.replace('"content":[', '"content":[{"type":"tool_use","id":"t","name":"Bash","input":{' + keys + "}},"), 2)

    def test_a_million_blocks(self):
        line = raw(assistant("msg_blocks", content=[{"type": "text", "text": "x"}] * 300_000))
        self.survive(line, 2)

    def test_absurd_numbers(self):
        for number in ("1e308", "-1e308", "9223372036854775808", "-9223372036854775809", "1" * 5000, "0." + "0" * 5000 + "1",
                       "1e-99999", "1E+99999"):
            line = raw(assistant("msg_absurd")).decode().replace('"output_tokens":10', f'"output_tokens":{number}')
            self.survive(line, 2)
            self.assertLessEqual(self.analyze()["totals"]["usage"]["output"], 1 << 41)

    def test_a_year_that_none_is(self):
        for time in ("99999-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "9" * 5000, "∞"):
            self.survive(assistant("msg_time", ts=time), 2)
            self.table("day")
            self.table("month")


if __name__ == "__main__":
    main()
