#!/usr/bin/env python3
"""Budgets, and what was spent beside the period before."""

import datetime
import json
from decimal import Decimal

from harness import CliTest, WRONG_USAGE, assistant, main
from dimensions_test import figures

OPUS = "claude-opus-4-7"
OVER_BUDGET = 6


def million(message_id, ts, model=OPUS, **more):
    """Five dollars."""
    return assistant(message_id, 0, ts=ts, model=model, usage={"input_tokens": 1000000, "cache_read_input_tokens": 0}, **more)


class Money(CliTest):
    def report(self, *arguments, **options):
        return json.loads(self.run_program("analyze", "--json", *arguments, **options).out, parse_float=Decimal)


class Budgets(Money):
    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", million("msg_1", "2026-02-28T23:30:00Z"), million("msg_2", "2026-03-01T00:00:00Z"),
                       million("msg_3", "2026-03-02T12:00:00Z", session="s-2"), million("msg_4", "2026-03-31T23:59:59Z"),
                       million("msg_5", "2026-04-01T00:00:00Z"), million("msg_6", None),
                       million("msg_7", "2026-03-03T00:00:00Z", "unheard-of", session="s-3"))
        self.ingest_logs()

    def budget(self, budget, *arguments, expect=0):
        return self.report("--budget", budget, *arguments, expect=expect)["budget"]

    def test_a_past_month(self):
        budget = self.budget("15/month", "--until", "2026-04-01")
        self.assertEqual(budget, {"amountUsd": Decimal("15.0"), "period": "month", "since": "2026-03-01T00:00:00Z",
                                  "until": "2026-04-01T00:00:00Z", "spentUsd": Decimal("15.0"), "projectedUsd": Decimal("15.0"),
                                  "isOver": False, "unpricedTurns": 1})

    def test_over_is_exit_6(self):
        budget = self.budget("14.999999999999/month", "--until", "2026-04-01", expect=OVER_BUDGET)
        self.assertIs(budget["isOver"], True)
        text = self.run_program("analyze", "--budget", "14/month", "--until", "2026-04-01", expect=OVER_BUDGET).text
        self.assertIn("at least $15.00 spent", text)
        self.assertIn("OVER BUDGET", text)

    def test_is_projected_to_the_end_by_the_time_that_passed(self):
        budget = self.budget("50/month", "--until", "2026-03-04")
        self.assertEqual((budget["spentUsd"], budget["projectedUsd"]), (Decimal("10.0"), Decimal("103.333333333333")))
        self.assertIn("will be over", self.run_program("analyze", "--budget", "50/month", "--until", "2026-03-04").text)

    def test_weeks_begin_on_monday_and_days_are_those_of_the_zone(self):
        week = self.budget("50/week", "--until", "2026-03-03")
        self.assertEqual((week["since"], week["until"], week["spentUsd"]), ("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", 5))
        day = self.budget("50/day", "--until", "2026-03-02", "--timezone", "Europe/Berlin")
        self.assertEqual((day["since"], day["until"], day["spentUsd"]), ("2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z", 10))
        for until, since, end in (("2026-03-30", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
                                  ("2026-10-26", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")):
            day = self.budget("50/day", "--until", until, "--timezone", "Europe/Berlin")
            self.assertEqual((day["since"], day["until"]), (since, end))
        year = self.budget("50/month", "--until", "2026-01-01")
        self.assertEqual((year["since"], year["until"]), ("2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"))

    def test_filters_count_and_since_does_not(self):
        self.assertEqual(self.budget("9/month", "--until", "2026-04-01", "--session", "s-2")["spentUsd"], 5)
        self.assertEqual(self.budget("9/month", "--until", "2026-04-01", "--session", "s-3")["spentUsd"], 0)
        self.assertEqual(self.budget("99/month", "--until", "2026-04-01", "--since", "2026-03-31")["spentUsd"], 15)

    def test_the_month_that_is_under_way(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.write_log("b.jsonl", million("msg_now", now.strftime("%Y-%m-%dT%H:%M:%SZ")))
        self.ingest_logs()
        for arguments in ([], ["--until", "2999-01-01"]):
            budget = self.budget("4/month", *arguments, expect=OVER_BUDGET)
            self.assertEqual(budget["spentUsd"], 5)
            self.assertGreaterEqual(budget["projectedUsd"], 5)

    def test_what_is_no_budget_is_wrong_usage(self):
        for bad in ("500", "500/year", "/month", "500/", "-1/month", "1e3/month", "1,5/month", ".5/month", "5./month", "",
                    "$5/month", "0.0000000000001/month", "1000000000000000000/month", "five/month", "5/Month"):
            self.run_program("analyze", "--budget", bad, expect=WRONG_USAGE)
        for good in ("0/month", "00.50/week", "999999999999.999999999999/day"):
            self.run_program("analyze", "--budget", good, "--until", "2026-01-01")
        for long_ago in ("0001-01-01", "1000000d"):
            self.assertEqual(self.budget("1/month", "--until", long_ago)["spentUsd"], 0)

    def line(self, budget, *arguments, expect=0):
        text = self.run_program("analyze", "--budget", budget, *arguments, expect=expect).text
        return next(line for line in text.splitlines() if line.startswith("Budget"))

    def test_its_days_are_named_in_the_zone(self):
        self.assertIn("$99.00 for the month from 2026-03-01 to 2026-03-31: ", self.line("99/month", "--until", "2026-03-20"))
        self.assertIn("for the week from 2026-03-02 to 2026-03-08: ", self.line("99/week", "--until", "2026-03-05"))
        self.assertIn("for the day 2026-03-01: ",
                      self.line("99/day", "--until", "2026-03-02", "--timezone", "Europe/Berlin"))

    def test_small_amounts_keep_the_digits_that_matter(self):
        self.write_log("b.jsonl", assistant("msg_8", 0, ts="2026-05-01T12:00:00Z",
                                            usage={"input_tokens": 80, "cache_read_input_tokens": 0}))
        self.ingest_logs()
        until = ("--until", "2026-05-02")
        self.assertEqual(self.line("0.0004/day", *until),
                         "Budget of $0.0004 for the day 2026-05-01: $0.0004 spent, $0.0004 projected")
        self.assertIn("$0.00 for the day 2026-05-01: $0.0004 spent, $0.0004 projected, OVER", self.line("0/day", *until, expect=6))
        self.assertIn("$0.000399 for the day 2026-05-01: $0.000400 spent", self.line("0.000399/day", *until, expect=6))
        self.assertIn("$15.0001 for the month from 2026-03-01 to 2026-03-31: at least $15.0000 spent",
                      self.line("15.0001/month", "--until", "2026-04-01"))

    def test_without_a_ledger(self):
        other = self.environment(RELAYBURN_HOME=str(self.root / "none"))
        result = self.run_program("analyze", "--budget", "0/day", env=other)
        self.assertIn("$0.00 spent", result.text)
        self.assertFalse((self.root / "none").exists())


class Compare(Money):
    MARCH = ("--since", "2026-03-08", "--until", "2026-03-15", "--compare", "previous")

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", million("msg_1", "2026-02-28T23:59:59Z"), million("msg_2", "2026-03-01T00:00:00Z"),
                       million("msg_3", "2026-03-07T23:59:59Z", model="claude-haiku-4-5-20251001"),
                       million("msg_4", "2026-03-08T00:00:00Z"), million("msg_5", "2026-03-14T00:00:00Z", session="s-2"),
                       million("msg_6", "2026-03-15T00:00:00Z"), million("msg_7", "2026-03-10T00:00:00Z", model="unheard-of"))
        self.ingest_logs()

    def test_sets_each_row_beside_the_period_before(self):
        report = self.report(*self.MARCH)
        self.assertEqual(report["previous"], {"since": "2026-03-01T00:00:00Z", "until": "2026-03-08T00:00:00Z"})
        rows = {row["model"]: (row["turns"], row["costUsd"], row["previous"]["turns"], row["previous"]["costUsd"])
                for row in report["tables"][0]["rows"]}
        self.assertEqual(rows, {OPUS: (2, 10, 1, 5), "claude-haiku-4-5-20251001": (0, 0, 1, 1), "unheard-of": (1, None, 0, 0)})
        self.assertEqual((report["totals"]["costUsd"], report["totals"]["previous"]["costUsd"]), (10, 6))
        self.assertEqual(report["unpricedModels"], [{"model": "unheard-of", "turns": 1}])

    def test_a_calendar_month_beside_the_same_days_of_the_month_before(self):
        bounds = lambda *args: tuple(self.report(*args, "--compare", "previous")["previous"].values())
        self.assertEqual(bounds("--since", "2026-03", "--until", "2026-03-15"), ("2026-02-01T00:00:00Z", "2026-02-15T00:00:00Z"))
        self.assertEqual(bounds("--since", "2026-03-01", "--until", "2026-04"), ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"))
        self.assertEqual(bounds("--since", "2026-03-01", "--until", "2026-03-02"), ("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"))
        text = self.run_program("analyze", "--by", "model", "--since", "2026-03", "--until", "2026-03-15", "--compare", "previous").text
        self.assertIn("from 2026-03-01 to 2026-03-14, beside that from 2026-02-01 to 2026-02-14", text)

    def test_each_period_is_what_it_is_alone(self):
        for by in ("model", "session", "day,model", "tool", "activity"):
            both = self.report(*self.MARCH, "--by", by)
            alone = {}
            for name, bounds in (("now", self.MARCH[:4]), ("previous", ("--since", "2026-03-01", "--until", "2026-03-08"))):
                alone[name] = self.report(*bounds, "--by", by)
            self.assertEqual(figures(both["totals"]), figures(alone["now"]["totals"]))
            self.assertEqual(both["totals"]["previous"], alone["previous"]["totals"])
            for row in both["tables"][0]["rows"]:
                names = {name: row[name] for name in by.split(",")}
                for told, name in ((figures(row), "now"), (row["previous"], "previous")):
                    found = [figures(other) for other in alone[name]["tables"][0]["rows"] if names.items() <= other.items()]
                    self.assertIn(told, found or [dict(told)])
                    self.assertTrue(found or told["turns"] == 0, row)

    def test_the_fold_has_both(self):
        rows = self.report(*self.MARCH, "--top", "1")["tables"][0]["rows"]
        self.assertEqual((rows[1]["other"], rows[1]["previous"]["costUsd"], rows[1]["turns"]), (True, 1, 1))

    def test_for_people(self):
        text = self.run_program("analyze", "--by", "model", *self.MARCH).text
        for words in ("cost before", "change", "+$5.00 (+100 %)", "-$1.00 (-100 %)", "≥ $10.00", "≈ +$4.00 (+67 %)"):
            self.assertIn(words, text)

    def test_needs_a_period(self):
        for bad in (["--compare", "previous"], ["--compare", "next", "--since", "7d"],
                    ["--compare", "previous", "--since", "2026-03-02", "--until", "2026-03-02"],
                    ["--compare", "previous", "--since", "2999-01-01"]):
            self.run_program("analyze", *bad, expect=WRONG_USAGE)
        self.run_program("analyze", "--compare", "previous", "--since", "7d")


if __name__ == "__main__":
    main()
