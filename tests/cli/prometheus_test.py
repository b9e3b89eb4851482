#!/usr/bin/env python3
"""Metrics for the textfile collector of node_exporter."""

import re

from harness import CliTest, assistant, main
from terminal import shown_on_terminal

SAMPLE = re.compile(r'^(\w+)\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\\n]|\\["\\n])*)"')
NASTY = 'a"b\\c\nd}{e,f="g" \u65e5'
CLASSES = {"input": "input", "output": "output", "cache_read": "cacheRead", "cache_create_5m": "cacheCreate5m",
           "cache_create_1h": "cacheCreate1h"}


class Metrics(CliTest):
    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant("msg_1", 1234), assistant("msg_2", 5, model=NASTY, session="s-2"),
                       assistant("msg_3", 5, model=None), assistant("msg_4", 1, session="s-2"))
        self.ingest_logs()

    def samples(self, *arguments):
        """{(metric, {label: value} as items): text of the value}, with HELP and TYPE before each metric."""
        lines = self.run_program("analyze", "--prometheus", "-", *arguments).text.split("\n")
        self.assertEqual(lines.pop(), "")
        samples, typed = {}, []
        for line in lines:
            if line.startswith("# HELP "):
                typed.append(line.split()[2])
            elif line.startswith("# TYPE "):
                self.assertEqual(line, f"# TYPE {typed[-1]} gauge")
            else:
                name, labels, value = SAMPLE.fullmatch(line).groups()
                self.assertEqual(name, typed[-1])
                unescaped = [(key, re.sub(r'\\(.)', lambda m: {"n": "\n"}.get(m[1], m[1]), text)) for key, text in LABEL.findall(labels)]
                key = (name, frozenset(unescaped))
                self.assertNotIn(key, samples)
                samples[key] = value
        self.assertEqual(len(typed), len(set(typed)))
        return samples

    def test_the_figures_are_those_of_json(self):
        samples = self.samples("--by", "model", "--by", "session,model")
        for by in (["model"], ["session", "model"]):
            for row in self.table(",".join(by)):
                labels = [("by", ",".join(by)), *((name, row[name] or "") for name in by)]
                def sample(name, *more):
                    return samples.pop((f"relayburn_{name}", frozenset([*labels, *more])), None)
                for name, field in CLASSES.items():
                    self.assertEqual(sample("tokens", ("class", name)), str(row["usage"][field]))
                self.assertEqual(sample("turns"), str(row["turns"]))
                self.assertEqual(sample("sessions"), str(row["sessions"]))
                self.assertEqual(sample("unpriced_turns"), str(row["unpricedTurns"]))
                self.assertEqual(sample("output_lower_bound_turns"), str(row["outputIsLowerBoundTurns"]))
                cost = sample("cost_usd")
                self.assertEqual(cost and float(cost), row["costUsd"])
        self.assertEqual(samples, {})

    def test_by_model_where_nothing_is_asked_for(self):
        self.assertEqual(self.samples(), self.samples("--by", "model"))

    def test_the_rest_tags_and_empty_names(self):
        self.run_program("stamp", "--session", "s-2", "a.b=", "a-b=x")
        samples = self.samples("--by", "tag:a.b,tag:a-b")
        turns = {labels: value for (name, labels), value in samples.items() if name == "relayburn_turns"}
        by = ("by", "tag:a.b,tag:a-b")
        self.assertEqual(turns, {frozenset([by, ("tag_a_b", '""'), ("tag_a_b_2", "x")]): "2",
                                 frozenset([by, ("tag_a_b", ""), ("tag_a_b_2", "")]): "2"})
        folded = self.samples("--by", "model", "--top", "1")
        self.assertIn(("relayburn_turns", frozenset([("by", "model"), ("model", ""), ("other", "true")])), folded)
        self.assertEqual(self.samples("--by", "model", "--by", "model"), self.samples("--by", "model"))

    def test_a_file(self):
        path = self.root / "relayburn.prom"
        self.assertEqual(self.run_program("analyze", "--prometheus", path).out, b"")
        self.assertEqual(path.read_bytes(), self.run_program("analyze", "--prometheus", "-").out)

    def test_a_terminal_does_not_obey_names(self):
        self.write_log("b.jsonl", assistant("msg_5", 1, model="a\x1b[2J\u009b2J\rb"))
        self.ingest_logs()
        command = ("analyze", "--prometheus", "-")
        self.assertIn("a\x1b[2J\u009b2J\rb", self.run_program(*command).text)
        status, text = shown_on_terminal(*command, env=self.environment())
        self.assertEqual(status, 0)
        self.assertIn('model="a\\x1b[2J\\x9b2J\\x0db"} 1\n', text)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text))

    def test_nothing(self):
        self.assertEqual(self.samples("--since", "2030-01-01"), {})


if __name__ == "__main__":
    main()
