#!/usr/bin/env python3
"""The report for spreadsheets and for Markdown pages: the same rows as in JSON, and nothing in a log is markup."""

import csv
import io
import json

from harness import WRONG_USAGE, CliTest, assistant, main

FIGURES = ["turns", "sessions", "input", "output", "reasoning", "cacheRead", "cacheCreate5m", "cacheCreate1h",
           "webSearchRequests", "costUsd", "unpricedTurns", "outputIsLowerBoundTurns"]
NASTY = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\uff1d1", '="a"', 'say "hi", then\r\ngo', "a;=1", "plain", "caf\u00e9 \u65e5\u672c",
         "<script>alert(1)</script>", "a|b", "`x`", "a\\|b", "[x](http://e)", "*b* _i_ ~s~ &amp;", "two\nlines"]
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")


class Formats(CliTest):
    def setUp(self):
        super().setUp()
        # Costs that fall from the first to the last, so that the order is theirs.
        lines = [assistant(f"msg_{k}", 1000 - k, session=f"s-{k}", gitBranch=name) for k, name in enumerate(NASTY)]
        self.write_log("a.jsonl", *lines, assistant("msg_n", 9, model="our-own-model", session="s-n"))
        self.ingest_logs()

    def csv(self, *arguments):
        text = self.run_program("analyze", "--csv", *arguments).out.decode()
        return list(csv.reader(io.StringIO(text, newline=""), strict=True)), text

    def report(self, *arguments):
        return json.loads(self.run_program("analyze", "--json", *arguments).out, parse_float=str)

    def test_csv_holds_the_rows_of_json(self):
        for arguments in (["--by", "branch,model"], ["--by", "session", "--top", "3"], [], ["--by", "day", "--since", "2030-01-01"]):
            [table] = self.report(*arguments)["tables"]
            (header, *lines), text = self.csv(*arguments)
            self.assertEqual(header, table["by"] + FIGURES + ["other"])
            self.assertEqual(len(lines), len(table["rows"]))
            for line, row in zip(lines, table["rows"]):
                flat = {"other": False, **row, **row["usage"]}
                for name, cell in zip(header, line):
                    if name in table["by"]:
                        expected = flat.get(name) or ""
                        expected = "'" + expected if expected.startswith(FORMULAS) else expected
                    else:
                        expected = "" if flat[name] is None else str(flat[name]).replace("True", "true").replace("False", "false")
                    self.assertEqual(cell, expected, (name, row))
            self.assertEqual(text.count("\r\n"), len(lines) + 1 + text.count("then\r\ngo"))
            self.assertTrue(text.endswith("\r\n"))

    def test_no_cell_of_csv_is_a_formula(self):
        lines, text = self.csv("--by", "branch")
        for line in lines:
            self.assertFalse(line[0].startswith(FORMULAS), line)
        for start in ('"=', "\n=", "\n+", "\n-", "\n@"):
            self.assertNotIn(start, text)

    def test_an_empty_name_is_not_an_absent_one(self):
        self.run_program("stamp", "--session", "s-1", "k=")
        _, text = self.csv("--by", "tag:k")
        self.assertIn('\r\n"",1,', text)
        self.assertIn(f"\r\n,{len(NASTY)},", text)

    def test_control_characters_are_written_out(self):
        self.write_log("b.jsonl", assistant("msg_c", 1, gitBranch="a\x1b]0;b\x07\u202ec"))
        self.ingest_logs()
        self.assertIn("a\\x1b]0;b\\x07\\u{202e}c", [line[0] for line in self.csv("--by", "branch")[0]])
        self.assertNotIn("\x1b", self.run_program("analyze", "--markdown", "--by", "branch").text)

    def test_csv_is_one_table(self):
        error = self.run_program("analyze", "--csv", "--by", "model", "--by", "day", expect=WRONG_USAGE)
        self.assertEqual(error.out, b"")
        self.assertIn(b"one table", error.err)

    def test_one_format_at_a_time(self):
        formats = ["--json", "--csv", "--markdown"]
        for first in formats:
            for second in formats:
                if first != second:
                    self.assertNotIn(b"totals", self.run_program("analyze", first, second, expect=WRONG_USAGE).out)

    def test_a_markdown_row_has_a_cell_a_column_whatever_the_names(self):
        lines = self.run_program("analyze", "--markdown", "--by", "branch,model", "--by", "session").text.split("\n")
        rows = [line for line in lines if line.startswith("|")]
        self.assertEqual(len(rows), 2 * (len(NASTY) + 1 + 3))
        for row in rows:
            bare = row.replace("\\\\", "").replace("\\|", "")
            self.assertEqual(bare.count("|"), 10 if rows.index(row) < len(NASTY) + 4 else 9, row)
            for markup in ("<", ">", "&amp; ", "`x"):
                self.assertNotIn(markup, bare.replace("\\`", ""))
        self.assertIn("| branch | model | turns | sessions | input | output | cache read | cache write | cost |", rows)
        self.assertIn("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", rows)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", "\n".join(rows))

    def test_markdown_of_nothing(self):
        text = self.run_program("analyze", "--markdown", "--since", "2030-01-01").text
        self.assertTrue(text.endswith("\n\nNo turns.\n"), text)


if __name__ == "__main__":
    main()
