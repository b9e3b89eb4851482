#!/usr/bin/env python3
"""Tables for people on a terminal that is narrower than they are."""

from harness import CliTest, assistant, main
from terminal import columns, shown_on_terminal

LONG = "/home/dev/" + "a/" * 40 + "shop"
WIDE = "/\u65e5\u672c/" + "\u8a9e" * 60


class NarrowTerminal(CliTest):
    needs_every_backend = False
    command = ("analyze", "--by", "project,model", "--by", "model")

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant("msg_1", cwd=LONG), assistant("msg_2", cwd=WIDE, session="s-2"),
                       assistant("msg_3", cwd="/short", session="s-3"))
        self.ingest_logs()

    def shown(self, *command, width, **more):
        status, text = shown_on_terminal(*(command or self.command), env=self.environment(**more), width=width)
        self.assertEqual(status, 0)
        return text

    def tables(self, text):
        return text.split("\n", 2)[2]

    def test_the_widest_names_are_shortened_and_no_figure_is(self):
        whole = self.run_program(*self.command).text
        for width in (100, 101, 150):
            text = self.shown(width=width)
            for line in self.tables(text).splitlines():
                self.assertLessEqual(columns(line), width)
            self.assertEqual(max(map(columns, self.tables(text).splitlines())), width)
            self.assertIn("claude-opus-4-7", text)
            self.assertIn("/short ", text)
            [line] = [line for line in text.splitlines() if line.startswith("/home")]
            self.assertRegex(line, r"^/home/.*\u2026.*/shop  claude-opus-4-7 ")
            self.assertEqual(line.split()[-7:], [line for line in whole.splitlines() if LONG in line][0].split()[-7:])

    def test_columns_is_heeded_before_the_terminal(self):
        self.assertEqual(self.shown(width=200, COLUMNS="90"), self.shown(width=90))

    def test_where_the_figures_alone_are_wider_names_stay_readable(self):
        text = self.shown(width=20)
        self.assertRegex(text, r"(?m)^/hom\u2026hop  clau\u20264-7  ")

    def test_what_fits_and_what_is_piped_stays_as_it_is(self):
        whole = self.run_program(*self.command).text
        self.assertIn(LONG, whole)
        self.assertEqual(self.shown(width=300), whole)
        self.assertEqual(self.run_program(*self.command, env=self.environment(COLUMNS="40")).text, whole)
        self.assertIn(LONG, self.shown("analyze", "--by", "project", "--markdown", width=60))


if __name__ == "__main__":
    main()
