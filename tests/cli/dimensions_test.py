#!/usr/bin/env python3
"""Tables by any dimensions, under any filters: what their rows must add up to, on every backend alike."""

import json
import random
from decimal import Decimal

from harness import BACKENDS, CliTest, assistant, codex, main, session_meta, token_count, user

OPUS, HAIKU = "claude-opus-4-7", "claude-haiku-4-5-20251001"
DIMENSIONS = ["model", "provider", "source", "project", "session", "host", "day", "week", "month", "hour", "agent", "tool",
              "activity", "branch", "tag:team", "tag:sprint"]


def call(use, name, **arguments):
    return {"type": "tool_use", "id": use, "name": name, "input": arguments}


def results(*pairs, uuid, ts="2026-03-02T10:00:05Z", session="s-1", **envelope):
    """A user line with results: of each the call and its text, or None for an error."""
    blocks = [{"type": "tool_result", "tool_use_id": use, "content": "no such file" if text is None else text,
               "is_error": text is None} for use, text in pairs]
    return {"type": "user", "sessionId": session, "timestamp": ts, "uuid": uuid, "message": {"role": "user", "content": blocks},
            **envelope}


def turn(message_id, tokens, *calls, **more):
    return assistant(message_id, 0, content=list(calls), usage={"input_tokens": tokens, "cache_read_input_tokens": 0}, **more)


def figures(row):
    return {name: value for name, value in row.items() if name in ("turns", "sessions", "usage", "costUsd", "costMicros", "unpricedTurns",
                                                                   "outputIsLowerBoundTurns")}


class Exact(CliTest):
    """Reports with exact costs."""

    def report(self, *arguments, **options):
        return json.loads(self.run_program("analyze", "--json", *arguments, **options).out, parse_float=Decimal)

    def assert_rows_add_up(self, totals, tables):
        for table in tables:
            rows = table["rows"]
            where = table["by"]
            for name in ("turns", "unpricedTurns", "outputIsLowerBoundTurns"):
                self.assertEqual(sum(row[name] for row in rows), totals[name], (name, where))
            for name, tokens in totals["usage"].items():
                self.assertEqual(sum(row["usage"][name] for row in rows), tokens, (name, where))
            self.assertEqual(sum((row["costUsd"] or Decimal(0) for row in rows), Decimal(0)), totals["costUsd"] or 0, where)
            self.assertGreaterEqual(sum(row["sessions"] for row in rows), totals["sessions"], where)
            for row in rows:
                self.assertLessEqual(row["sessions"], min(row["turns"], totals["sessions"]), (row, where))
            names = [tuple(row.get(name) for name in table["by"]) for row in rows if not row.get("other")]
            self.assertEqual(len(names), len(set(names)), where)

    def assert_adds_up(self, report):
        totals = report["totals"]
        self.assert_rows_add_up(totals, report["tables"])
        self.assertEqual(sum(model["turns"] for model in report["unpricedModels"]), totals["unpricedTurns"])
        if "audit" in report:
            self.assertEqual(sum((line["costUsd"] or Decimal(0) for line in report["audit"]), Decimal(0)), totals["costUsd"] or 0)
        if "previous" in totals:
            tables = [{"by": table["by"], "rows": [{**row, **row["previous"]} for row in table["rows"]]} for table in report["tables"]]
            self.assert_rows_add_up(totals["previous"], tables)


class Tools(Exact):
    def test_a_turn_is_split_over_its_calls_by_the_bytes_of_their_results(self):
        self.write_log("a.jsonl", turn("msg_1", 1000, call("t1", "Read", file_path="a"), call("t2", "Bash", command="ls"),
                                       call("t3", "Read", file_path="b")),
                       results(("t1", "x" * 300), ("t2", "y" * 600), uuid="u1"), results(("t3", "z" * 100), uuid="u2"),
                       turn("msg_2", 70), turn("msg_3", 100, call("t4", "Grep"), call("t5", "Bash", command="ls")))
        self.ingest_logs()
        report = self.report("--by", "tool", "--by", "day,tool")
        rows = [(row["tool"], row["turns"], row["usage"]["input"], row["costUsd"]) for row in report["tables"][0]["rows"]]
        self.assertEqual(rows, [("Bash", 2, 650, Decimal("0.00325")), ("Read", 0, 400, Decimal("0.002")),
                                ("Grep", 0, 50, Decimal("0.00025")), (None, 1, 70, Decimal("0.00035"))])
        self.assert_adds_up(report)

    def test_the_calls_of_a_copy_are_looked_up_where_the_canonical_turn_stands(self):
        """A resumed session repeats a line under its own id, and there the log of a call was cut off."""
        whole = turn("msg_1", 100, call("t1", "Read"), call("t2", "Bash"))
        self.write_log("a.jsonl", whole, results(("t1", "x"), ("t2", "x" * 3), uuid="u1"))
        self.write_log("b.jsonl", turn("msg_1", 100, call("t1", "Read"), session="s-2", ts="2026-03-09T10:00:00Z"))
        self.ingest_logs()
        rows = self.table("tool")
        self.assertEqual([(row["tool"], row["usage"]["input"]) for row in rows], [("Bash", 75), ("Read", 25)])

    def test_codex(self):
        self.write_log("rollout-a.jsonl", session_meta(), codex("turn_context", turn_id="t-1", model="gpt-5"),
                       codex("response_item", type="function_call", name="shell", call_id="c1",
                             arguments=json.dumps({"command": ["bash", "-lc", "pytest -q"]})),
                       codex("response_item", type="function_call", name="read_file", call_id="c2", arguments='{"path":"a"}'),
                       token_count([400, 0, 20, 0], [400, 0, 20, 0]),
                       codex("response_item", type="function_call_output", call_id="c1", output="ok!"),
                       codex("response_item", type="function_call_output", call_id="c2", output="x"))
        self.ingest_logs()
        report = self.report("--by", "tool", "--by", "activity", "--by", "activity,tool")
        self.assertEqual([(row["tool"], row["usage"]["input"]) for row in report["tables"][0]["rows"]],
                         [("shell", 300), ("read_file", 100)])
        self.assertEqual([row["activity"] for row in report["tables"][1]["rows"]], ["testing"])
        self.assert_adds_up(report)


class Activities(Exact):
    def activities(self):
        return {row["activity"]: row["turns"] for row in self.table("activity")}

    def test_prompts_calls_and_failures(self):
        self.write_log(
            "a.jsonl", user("Please review this", uuid="u1"),
            turn("msg_1", 1, call("t1", "Read", file_path="a.cc"), parentUuid="u1"), results(("t1", "text"), uuid="r1"),
            turn("msg_2", 1, call("t2", "Edit", file_path="docs/a"), parentUuid="r1", ts="2026-03-02T10:01:00Z"),
            results(("t2", "done"), uuid="r2"),
            turn("msg_3", 1, call("t3", "Bash", command="git push"), parentUuid="r2", ts="2026-03-02T10:02:00Z"),
            results(("t3", "done"), uuid="r3"),
            turn("msg_4", 1, call("t4", "Bash", command="git push"), parentUuid="r3", ts="2026-03-02T10:03:00Z"),
            results(("t4", None), uuid="r4"), turn("msg_5", 1, parentUuid="r4", ts="2026-03-02T10:04:00Z"),
            user("Add a button", uuid="u2", ts="2026-03-02T11:00:00Z"),
            turn("msg_6", 1, call("t6", "Write", file_path="b.cc"), parentUuid="u2", ts="2026-03-02T11:01:00Z"))
        self.ingest_logs()
        self.assertEqual(self.activities(), {"review": 2, "docs": 1, "git": 1, "debugging": 1, "feature": 1})

    def test_the_words_of_a_prompt_count_and_are_not_stored(self):
        self.write_log("a.jsonl", user("Why does it CRASH at xyzzy-secret?", uuid="u1"), turn("msg_1", 1, parentUuid="u1"))
        self.ingest_logs()
        self.assertEqual(self.activities(), {"debugging": 1})
        self.assertNotIn(b"xyzzy", self.run_program("export").out)


class AnyCombination(Exact):
    """A small ledger of everything there is, made by chance, and questions of all kinds."""

    needs_every_backend = False
    SEED = 20260302
    FLAGS = {"--model": [OPUS, HAIKU, "unheard-of"], "--source": ["claude", "codex"], "--provider": ["anthropic", "openai"],
             "--project": ["/w/shop", "/home/dev/shop"], "--session": ["s-1", "s-2"], "--host": ["tester@host", "tester*"],
             "--tag": ["team=red", "team=green", "sprint=5"], "--since": ["2026-03-05", "2026-02-20T03:00:00Z"],
             "--until": ["2026-04-10", "2026-03-29T02:00:00+02:00"], "--sort": ["cost", "tokens", "turns", "name"],
             "--top": ["1", "3", "50"], "--timezone": ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"]}

    def setUp(self):
        super().setUp()
        self.dice = random.Random(self.SEED)
        for number in range(6):
            self.write_log(f"{number}.jsonl", *self.claude_lines(f"s-{number}", number))
        self.write_log("rollout-1.jsonl", *self.codex_lines())

    def claude_lines(self, session, number):
        dice = self.dice
        minute = lambda: f"2026-{dice.randint(2, 4):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00Z"
        for k in range(12):
            name = f"msg_{dice.randint(1, 60)}"  # some stand in several sessions
            uses = [f"{session}-{k}-{i}" for i in range(dice.randint(0, 3))]
            envelope = {"session": session, "ts": dice.choice([None, minute(), minute(), minute()]),
                        "model": dice.choice([OPUS, OPUS, HAIKU, "unheard-of", None]), "gitBranch": dice.choice(["main", "fix", ""]),
                        "cwd": dice.choice(["/w/shop", "/w/bank", None]), "parentUuid": f"p-{session}-{k}"}
            if dice.random() < 0.3:
                envelope |= {"isSidechain": True, "agentId": dice.choice(["a1", "a2"])}
            yield user(dice.choice(["fix the bug", "add this", "hm", "plan it"]), session=session, uuid=f"p-{session}-{k}")
            calls = [call(use, dice.choice(["Bash", "Read", "Edit", "Task"]), command=dice.choice(["make test", "git push", "ls"]),
                          file_path=dice.choice(["README.md", "a.cc"])) for use in uses]
            text = [{"type": "text", "text": "x" * dice.choice([0, 10, 500])}]
            yield assistant(name, dice.choice([1, 1, 40]), content=text + calls, **envelope,
                            usage={"input_tokens": dice.randint(0, 9999), "cache_creation_input_tokens": dice.randint(0, 99),
                                   "server_tool_use": {"web_search_requests": dice.randint(0, 2)}})
            for use in uses:
                if dice.random() < 0.8:
                    yield results((use, dice.choice([None, "", "y" * dice.randint(1, 300)])), uuid=f"r-{use}", session=session)

    def codex_lines(self):
        yield session_meta()
        total = [0, 0, 0, 0]
        for k in range(10):
            yield codex("turn_context", turn_id=f"t-{k // 3}", model=self.dice.choice(["gpt-5", "gpt-5-mini", "no-such"]))
            yield codex("response_item", type="function_call", name="shell", call_id=f"c{k}", arguments="{}")
            step = [self.dice.randint(1, 500), 0, self.dice.randint(1, 50), 0]
            total = [a + b for a, b in zip(total, step)]
            yield token_count(total, step, ts=f"2026-03-{k + 1:02}T12:00:00Z")
            yield codex("response_item", type="function_call_output", call_id=f"c{k}", output="z" * k)

    def stores(self):
        """The same ledger on each backend."""
        for storage in BACKENDS:
            environment = self.environment(RELAYBURN_STORAGE=storage, RELAYBURN_HOME=str(self.root / storage))
            self.ingest("--path", self.logs, env=environment)
            for arguments in (["--session", "s-1", "team=red"], ["--session", "s-2", "team=blue"],
                              ["--from", "2026-03-01", "--to", "2026-03-14", "sprint=5"], ["--message", "msg_7", "team=green"]):
                self.run_program("stamp", *arguments, "--ts", "2026-05-01T00:00:00Z", env=environment)
            yield environment

    def question(self):
        dice = self.dice
        arguments = []
        for _ in range(dice.randint(1, 3)):
            arguments += ["--by", ",".join(dice.sample(DIMENSIONS, dice.randint(1, 3)))]
        flags = {flag: dice.choice(values) for flag, values in self.FLAGS.items() if dice.random() < 0.2}
        if dice.random() < 0.2:
            flags |= {"--compare": "previous", "--since": "2026-03-10", "--until": "2026-04-10"}
        if dice.random() < 0.2:
            flags |= {"--budget": "1000/month", "--until": "2026-04-10"}
            arguments.append("--audit")
        return arguments + [word for flag in flags.items() for word in flag]

    def test_rows_add_up_and_every_backend_gives_the_same_bytes(self):
        stores = list(self.stores())
        for _ in range(40):
            arguments = self.question()
            answers = []
            for environment in stores:
                out = self.run_program("analyze", "--json", *arguments, env=environment).out
                answers.append(out.replace(environment["RELAYBURN_STORAGE"].encode(), b"STORAGE", 1))
            self.assertEqual(len(set(answers)), 1, arguments)
            self.assert_adds_up(json.loads(answers[0], parse_float=Decimal))

    def test_a_filter_gives_what_the_row_of_its_name_has(self):
        environment = next(self.stores())
        for dimension in ("source", "model", "provider", "project", "session", "host", "tag:team", "tag:sprint"):
            rows = self.report("--by", dimension, env=environment)["tables"][0]["rows"]
            self.assertGreater(len(rows), 0, dimension)
            for row in rows:
                name = row[dimension]
                flag = ["--tag", f"{dimension[4:]}={name}"] if dimension.startswith("tag:") else ["--" + dimension, name]
                if name is not None:
                    self.assertEqual(self.report(*flag, env=environment)["totals"], figures(row), flag)

    def test_top_shows_the_first_rows_of_the_whole_table(self):
        environment = next(self.stores())
        for by in ("tool", "activity,model", "day,tool", "session"):
            whole = self.report("--by", by, env=environment)["tables"][0]["rows"]
            top = self.report("--by", by, "--top", "2", env=environment)["tables"][0]["rows"]
            self.assertEqual(list(top[2])[0], "other")
            self.assertEqual(top[:2], [row for row in whole if row in top], "in the order of the whole table")
            self.assertEqual(top[2]["folded"], len(whole) - 2)
            folded = [row for row in whole if row not in top]
            if by == "day,tool":
                self.assertGreaterEqual(min(row["day"] for row in top[:2]), max(row["day"] or "" for row in folded))
            else:
                self.assertGreaterEqual(min(row["costUsd"] or 0 for row in top[:2]), max(row["costUsd"] or 0 for row in folded))


if __name__ == "__main__":
    main()
