#!/usr/bin/env python3
"""What `analyze` shows people who ask for nothing in particular, on terminals of any width and in pipes."""

import datetime
import re

from harness import NO_PLUGIN, WRONG_USAGE, CliTest, assistant, main, without_headline
from terminal import columns, shown_on_terminal

UNTIL = ("--until", "2026-03-10")
ESCAPE = re.compile(r"\x1b\[\d*m")


def spent(message_id, cents, day="2026-03-02", **more):
    """A call of claude-opus-4-7 that costs so many cents."""
    usage = {"input_tokens": cents * 2000, "cache_read_input_tokens": 0}
    return assistant(message_id, 0, usage=usage, **{"ts": f"{day}T12:00:00Z", **more})


class Overview(CliTest):
    needs_every_backend = False

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", spent("msg_1", 800, "2026-03-09", cwd="/home/dev/shop", session="s-1"),
                       spent("msg_2", 200, "2026-03-07", cwd="/home/dev/bank", session="s-2"),
                       spent("msg_3", 100, "2026-01-01", cwd="/home/dev/bank", session="s-2"))
        self.ingest_logs()

    def text(self, *arguments, **more):
        return without_headline(self.run_program("analyze", *arguments, env=self.environment(**more)).text)

    def on_terminal(self, *arguments, width=80, height=50, **more):
        """What the program writes to a terminal of that size."""
        status, text = shown_on_terminal("analyze", *arguments, env=self.environment(**more), width=width, height=height)
        self.assertEqual(status, 0)
        return without_headline(text)

    def test_totals_days_models_projects_and_hosts(self):
        lines = self.text(*UNTIL).splitlines()
        self.assertEqual(lines[0], "Usage from the beginning to 2026-03-09")
        self.assertEqual(lines[2], "$11.00   3 turns   2 sessions   2,200,000 tokens   0 % of input cached")
        self.assertEqual(lines[4].split(), ["14", "days", "to", "2026-03-09", "$10.00"])
        self.assertEqual(lines[5:12], ["     $8 ┤                                                                 ████",
                                       "        │                                                                 ████",
                                       "        │                                                                 ████",
                                       "     $4 ┤                                                                 ████",
                                       "        │                                                       ▄▄▄▄      ████",
                                       "        │                                                       ████      ████",
                                       "     $0 └─────────────────────────────────────────────────────────────────────"])
        self.assertEqual(lines[12].split(), "24 25 26 27 28 1 2 3 4 5 6 7 8 9".split())
        self.assertEqual(lines[13].split(), "$ - - - - - - - - - - - 2.00 - 8.00".split())
        rest = "\n".join(lines[14:])
        self.assertRegex(rest, r"(?m)^models +claude-opus-4-7 +\$11\.00 +100 % +█{16}$")
        self.assertRegex(rest, r"(?m)^projects +/home/dev/shop +\$8\.00 +73 % +█{11}▋$")
        self.assertRegex(rest, r"(?m)^ +/home/dev/bank +\$3\.00 +27 % +█{4}▍$")
        self.assertRegex(rest, r"(?m)^hosts +tester@host +\$11\.00 +100 % ")

    def test_days_are_those_of_the_zone(self):
        self.write_log("b.jsonl", spent("msg_4", 300, ts="2026-03-08T23:30:00Z"))
        self.ingest_logs()
        lines = self.text("--until", "2026-03-10", "--timezone", "Europe/Berlin").splitlines()
        self.assertEqual(lines[13].split()[-3:], ["2.00", "-", "11.0"])

    def test_a_quiet_fortnight_shows_the_last_one_that_was_not(self):
        self.assertIn("14 days to 2026-03-09", self.text("--until", "2027-01-01"))
        self.assertIn("14 days to 2026-01-01", self.text("--until", "2026-02-01"))
        self.assertIn("14 days to 2026-03-11", self.text("--until", "2026-03-12"))

    def test_the_days_end_today(self):
        today = datetime.datetime.now(datetime.timezone.utc)
        self.write_log("b.jsonl", spent("msg_4", 300, ts=today.isoformat()))
        self.ingest_logs()
        self.assertRegex(self.text(), rf"14 days to ({today:%Y-%m-%d}|{today + datetime.timedelta(1):%Y-%m-%d}) +\$3\.00\n")

    def test_no_days_before_since(self):
        text = self.text("--since", "2026-03-07", *UNTIL)
        self.assertIn("3 days to 2026-03-09", text)
        self.assertIn("$10.00   2 turns", text)

    def test_nothing(self):
        self.assertTrue(self.text("--since", "2030-01-01").endswith("to now\n\nNo turns.\n"))
        self.assertTrue(self.text("--until", "0001-01-01", "--timezone", "Pacific/Kiritimati").endswith("\n\nNo turns.\n"))
        self.text("--until", "9999-12-31T23:59:59Z", "--timezone", "Pacific/Kiritimati")

    def test_where_nothing_has_a_price_tokens_are_shown(self):
        self.write_log("b.jsonl", assistant("msg_9", 500, model="own", ts="2026-03-09T10:00:00Z", usage={"input_tokens": 1500}))
        self.ingest_logs()
        text = self.text(*UNTIL, "--model", "own")
        self.assertIn("no price   1 turn   1 session   2,100 tokens", text)
        self.assertRegex(text, r"models +own +2,100 +100 %")
        self.assertIn("no list price for: own (1 turn)", " ".join(text.split()))

    def test_the_rest_is_folded(self):
        self.write_log("b.jsonl", *[spent(f"msg_b{k}", 10 + k, cwd=f"/p/{k}", session=f"b-{k}") for k in range(9)])
        self.ingest_logs()
        text = self.text(*UNTIL)
        self.assertIn("(6 others)", text)
        self.assertIn("(9 others)", self.text(*UNTIL, "--top", "2"))
        self.assertNotIn("others", self.text(*UNTIL, "--top", "10"))
        self.assertIn("$8.00 ", text)

    def test_no_line_is_wider_than_the_terminal(self):
        nasty = ["/日本/" + "語" * 60, "/" + "x" * 200, "/e\u0301" * 70, "\U0001f35e" * 50]
        self.write_log("b.jsonl", *[spent(f"msg_b{k}", 100, cwd=name, session=f"b-{k}") for k, name in enumerate(nasty)],
                       assistant("msg_x", 1, model="m" * 30, usage={"input_tokens": 2**40}))
        self.ingest_logs()
        for width in (40, 41, 59, 60, 79, 80, 100, 120, 200):
            for line in self.text(*UNTIL, COLUMNS=str(width)).splitlines():
                self.assertLessEqual(columns(line), width, line)

    def test_the_width_is_columns_else_the_terminal_s_else_80(self):
        def share_bar(text):
            return re.search(r"(?m)^hosts .*?(█+)$", ESCAPE.sub("", text))[1]
        self.assertEqual(len(share_bar(self.text(*UNTIL))), 16)
        self.assertEqual(len(share_bar(self.text(*UNTIL, COLUMNS="100"))), 20)
        self.assertEqual(len(share_bar(self.text(*UNTIL, COLUMNS="wide"))), 16)
        self.assertEqual(len(share_bar(self.on_terminal(*UNTIL, width=110))), 22)
        self.assertEqual(len(share_bar(self.on_terminal(*UNTIL, width=110, COLUMNS="100"))), 20)

    def test_colour_on_a_terminal_alone(self):
        self.assertIn("\x1b[", self.on_terminal(*UNTIL))
        plain = self.text(*UNTIL)
        self.assertNotIn("\x1b", plain)
        self.assertEqual(ESCAPE.sub("", self.on_terminal(*UNTIL)), plain)
        for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertEqual(self.on_terminal(*UNTIL, **more), plain)
        self.assertEqual(self.on_terminal(*UNTIL, "--quiet"), plain)

    def test_it_fits_on_a_screen_of_24_rows(self):
        # All there is to say, in every section and below them.
        self.write_log("b.jsonl", *[spent(f"msg_b{k}", 1, cwd=f"/p/{k}", session=f"b-{k}") for k in range(9)],
                       *[assistant(f"msg_c{k}", 1, model=f"m-{k}", content=[{"type": "text", "text": "x" * 99}]) for k in range(3)])
        for host in ("a", "b", "c"):
            self.ingest_logs("--full", env=self.environment(RELAYBURN_HOME=str(self.root / host), RELAYBURN_HOST_LABEL=host,
                                                            RELAYBURN_SQLITE_PATH=str(self.ledger_home / "burn.sqlite"),
                                                            RELAYBURN_FILE_DIR=str(self.ledger_home / "ledger")))
        self.assertLessEqual(len(self.on_terminal(*UNTIL, height=24).splitlines()), 23)

    def test_what_a_log_says_never_reaches_the_terminal_as_it_is(self):
        nasty = "evil\x1b]0;owned\x07\r\n\u202emodel"
        self.write_log("b.jsonl", assistant("msg_b", 1, model=nasty, cwd="/" + nasty))
        self.ingest_logs()
        for bad in ("\x1b", "\x07", "\r", "\u202e"):
            self.assertNotIn(bad, self.text(*UNTIL))
            self.assertNotIn(bad, ESCAPE.sub("", self.on_terminal(*UNTIL)))

    def test_any_by_gives_tables(self):
        self.assertRegex(self.text("--by", "model"), r"\n\nmodel +turns +sessions")


class Headline(CliTest):
    """What `relayburn` shows without a command, and `relayburn today` and its like."""

    needs_every_backend = False

    def write_logs_of_the_agent(self, *lines):
        self.write_log(self.home / ".claude/projects/p/a.jsonl", *lines)

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc)

    def test_what_is_new_is_read_and_today_comes_first(self):
        self.write_logs_of_the_agent(spent("msg_1", 800, ts=self.now().isoformat()), spent("msg_2", 100, "2026-03-02"))
        result = self.run_program()
        self.assertRegex(result.text, r"^Today \$8\.00 · this week \$8\.00 · [A-Z][a-z]+ \$8\.00")
        self.assertRegex(" ".join(result.text.split()), r"\(on course for \$[\d,]+\.\d\d\)( ·)? as of \d\d:\d\d, 1 host Usage from the beginning")
        self.assertEqual(result.err, b"")
        self.assertEqual(self.analyze()["totals"]["turns"], 2)

    def test_periods_have_commands(self):
        yesterday = self.now() - datetime.timedelta(days=1)
        self.write_logs_of_the_agent(spent("msg_1", 800, ts=self.now().isoformat()), spent("msg_2", 100, ts=yesterday.isoformat()))
        turns = lambda name: self.run_program(name, "--json").json["totals"]["turns"]
        self.assertEqual((turns("today"), turns("yesterday")), (1, 1))
        self.assertGreaterEqual(turns("week"), 1)
        self.assertGreaterEqual(turns("month"), 1)
        self.assertRegex(self.run_program("today", "--model", "claude-opus").text, r"only model claude-opus")

    def test_where_there_is_nothing_it_says_where_it_looked(self):
        text = self.run_program().text
        self.assertIn("No log of a coding agent is on this host. Looked in:\n", text)
        self.assertIn("  " + str(self.home / ".claude/projects") + "\n", text)
        self.assertIn("relayburn ingest --path DIR", text)

    def test_a_store_that_is_away_is_an_error_and_shows_no_figures(self):
        result = self.run_program(env=self.environment(RELAYBURN_STORAGE="nowhere"), expect=NO_PLUGIN)
        self.assertEqual(result.out, b"")

    def test_what_is_no_command_is_said(self):
        self.assertIn(b"there is no command 'todya'", self.run_program("todya", expect=WRONG_USAGE).err)
        self.run_program("--unheard-of", expect=WRONG_USAGE)


if __name__ == "__main__":
    main()
