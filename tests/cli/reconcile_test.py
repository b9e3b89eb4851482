#!/usr/bin/env python3
"""What is logged beside what agents state and what providers bill."""

import json
import os
from decimal import Decimal

from harness import CliTest, DONE, WRONG_USAGE, assistant, main
from opencode_logs import Session, reply, tokens, user, write_database
from schemas_test import SCHEMAS, closed
from terminal import columns, shown_on_terminal

try:
    import jsonschema
except ImportError:
    jsonschema = None

CHECK_FAILED = 7
OPUS = "claude-opus-4-7"


def million(message_id, ts, **more):
    """Five dollars at list price."""
    return assistant(message_id, 0, ts=ts, usage={"input_tokens": 1000000, "cache_read_input_tokens": 0}, **more)


def day(date, *results, end=None):
    return {"starting_at": f"{date}T00:00:00Z", "ending_at": f"{end or date[:-2] + f'{int(date[-2:]) + 1:02}'}T00:00:00Z",
            "results": list(results)}


def cost(cents, model=OPUS, **more):
    return {"currency": "USD", "amount": cents, "workspace_id": "wrkspc_1", "description": "…", "cost_type": "tokens",
            "context_window": "0-200k", "model": model, "service_tier": "standard", "token_type": "output_tokens", **more}


def page(*buckets, **more):
    return {"data": list(buckets), "has_more": False, "next_page": None, **more}


class Reconcile(CliTest):
    def reconcile(self, *arguments, **options):
        result = self.run_program("reconcile", "--json", *arguments, **options)
        document = json.loads(result.out, parse_float=Decimal)
        if jsonschema:
            schema = SCHEMAS["reconcile"]
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.Draft202012Validator(closed(schema)).validate(json.loads(result.out))
        return document

    def rows(self, by, *arguments, **options):
        rows = self.reconcile("--by", by, *arguments, **options)["rows"]
        return {row[by]: (row["logged"], row["agentTotal"], row["billed"], row["unlogged"], row["coverage"]) for row in rows}

    def refused(self, *arguments):
        result = self.run_program("reconcile", *arguments, expect=WRONG_USAGE)
        self.assertEqual(result.out, b"")
        return result.err.decode()

    def write(self, name, content):
        path = self.root / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path


class Stated(Reconcile):
    """OpenCode states the cost of each message: 0.25 of each of ours; Claude Code's lines state nothing."""

    def setUp(self):
        super().setUp()
        write_database(self.home / ".local/share/opencode/opencode.db",
                       Session(user("msg_user1"), reply("msg_1", tokens(10000), at=1000), reply("msg_2", tokens(20000), at=2000)))
        self.write_log("a.jsonl", million("msg_c", "2026-03-02T10:00:00Z"))
        self.ingest()
        self.ingest_logs()

    def test_totals_compare_like_with_like(self):
        totals = self.reconcile()["totals"]
        self.assertEqual((totals["turns"], totals["logged"]), (3, Decimal("5.15")))
        self.assertEqual(totals["agent"], {"total": Decimal("0.5"), "logged": Decimal("0.15"), "unpricedTurns": 0,
                                           "isLowerBound": False, "sessions": 1})
        self.assertEqual((totals["agentTotal"], totals["billed"], totals["unlogged"], totals["coverage"]),
                         (Decimal("0.5"), None, Decimal("0.35"), Decimal("0.3")))

    def test_each_dimension(self):
        stated, silent = (Decimal("0.15"), Decimal("0.5"), None, Decimal("0.35"), Decimal("0.3")), (5, None, None, None, None)
        self.assertEqual(self.rows("session"), {"s-1": silent, "ses_one": stated})
        self.assertEqual(self.rows("model"), {OPUS: (Decimal("5.15"), *stated[1:])})
        self.assertEqual(self.rows("day"), {"2026-03-02": (Decimal("5.15"), *stated[1:])})
        self.assertEqual(self.rows("project"), {"/home/dev/shop": (Decimal("5.15"), *stated[1:])})

    def test_what_is_logged_is_what_analyze_says(self):
        for by in ("session", "model", "day", "project"):
            report = json.loads(self.run_program("analyze", "--json", "--by", by).out, parse_float=Decimal)
            self.assertEqual(self.reconcile("--by", by)["totals"]["logged"], report["totals"]["costUsd"])

    def test_filters(self):
        self.assertEqual(self.rows("session", "--source", "claude"), {"s-1": (5, None, None, None, None)})
        self.assertEqual(self.reconcile("--session", "ses_one")["totals"]["logged"], Decimal("0.15"))
        self.assertEqual(self.reconcile("--since", "2026-03-03")["totals"]["agentTotal"], None)
        self.assertEqual(self.reconcile("--since", "2026-03-02T10:00:02Z")["totals"]["agentTotal"], Decimal("0.25"))

    def test_least_coverage(self):
        for low in ("30%", "30 %", "0.3", "30", "0", "29.9999%"):
            self.assertIs(self.reconcile("--min-coverage", low)["minCoverage"]["holds"], True)
        for high in ("30.0001%", "0.9", "90", "1", "100%"):
            result = self.run_program("reconcile", "--json", "--min-coverage", high, expect=CHECK_FAILED)
            self.assertIs(result.json["minCoverage"]["holds"], False)
            self.assertEqual(len(result.err.decode().splitlines()), 1)
        self.assertIn("coverage is 30 %, below 90 %: logged $0.15 of $0.50 that the agents state",
                      self.run_program("reconcile", "--min-coverage", "90", expect=CHECK_FAILED).err.decode())
        self.assertIn("not known", self.run_program("reconcile", "--source", "claude", "--min-coverage", "0",
                                                    expect=CHECK_FAILED).err.decode())
        for bad in ("101%", "-1%", "x", "", "%", "90%%", "1e9", "0.0000001", "101"):
            self.assertIn("--min-coverage", self.refused("--min-coverage", bad))

    def test_for_people(self):
        text = self.run_program("reconcile").text
        self.assertRegex(text, r"(?m)^model +logged +agents state +unlogged +coverage$")
        self.assertRegex(text, r"(?m)^claude-opus-4-7 +\$5\.15 +\$0\.50 +\$0\.35 +30\.0 %$")
        self.assertIn("logged $0.15 of $0.50 that the agents state (30 %), in 1 session\n", text)
        self.assertIn("no agent states a cost", self.run_program("reconcile", "--source", "claude").text)

    def test_fits_a_terminal(self):
        report = self.write("r.json", page(day("2026-03-02", cost("1234567.89"))))
        for by in ("session", "project", "model", "day"):
            status, text = shown_on_terminal("reconcile", "--by", by, "--usage-report", report, env=self.environment(), width=80,
                                             height=24)
            self.assertEqual(status, DONE)
            self.assertIn("$12,345.68", text)
            for line in text.splitlines():
                self.assertLessEqual(columns(line), 80, line)

    def test_the_overview_says_the_same_totals(self):
        self.assertIn("logged $0.15 of $0.50 that the agents state (30 %)", self.run_program("analyze").text)


class Billed(Reconcile):
    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", million("msg_1", "2026-03-01T23:30:00Z"), million("msg_2", "2026-03-02T00:30:00Z"),
                       million("msg_3", "2026-03-03T12:00:00Z", model="claude-haiku-4-5-20251001"))
        self.ingest_logs()

    def test_days_are_those_of_utc(self):
        report = self.write("r.json", page(day("2026-03-01", cost("1000")), day("2026-03-02", cost("625"), cost("25", "claude-new")),
                                           day("2026-03-04")))
        document = self.reconcile("--by", "day", "--usage-report", report, "--timezone", "Europe/Berlin")
        self.assertEqual((document["timezone"], document["since"], document["until"]),
                         ("UTC", "2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z"))
        self.assertEqual(self.rows("day", "--usage-report", report),
                         {"2026-03-01": (5, None, 10, 5, Decimal("0.5")),
                          "2026-03-02": (5, None, Decimal("6.5"), Decimal("1.5"), Decimal("0.769231")),
                          "2026-03-03": (1, None, None, None, None)})
        self.assertEqual(document["totals"]["bill"], {"total": Decimal("16.5"), "logged": 10, "unpricedTurns": 0})
        self.assertEqual((document["totals"]["logged"], document["totals"]["billed"]), (11, Decimal("16.5")))

    def test_models_that_only_the_bill_has(self):
        report = self.write("r.json", page(day("2026-03-02", cost("625"), cost("25", "claude-new"), cost("7", None))))
        self.assertEqual(self.rows("model", "--usage-report", report),
                         {OPUS: (5, None, Decimal("6.25"), Decimal("1.25"), Decimal("0.8")),
                          "claude-new": (0, None, Decimal("0.25"), Decimal("0.25"), 0),
                          None: (0, None, Decimal("0.07"), Decimal("0.07"), 0)})

    def test_bounds_are_whole_days(self):
        report = self.write("r.json", page(day("2026-03-01", cost("1000")), day("2026-03-02", cost("500"))))
        document = self.reconcile("--usage-report", report, "--since", "2026-03-02T10:00:00Z", "--until", "2026-03-02T11:00:00Z")
        self.assertEqual((document["since"], document["until"]), ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"))
        self.assertEqual(document["totals"]["billed"], 5)

    def test_tables_of_consoles(self):
        costs = self.write("costs.csv", "usage_date_utc,model,workspace,api_key,token_type,cost_usd\n"
                                        "2026-03-01,Claude Opus 4.7,Default,ci,output,6.00\n"
                                        "2026-03-03,Claude Haiku 4.5,Default,ci,output,1.25\n")
        usage = self.write("usage.csv", "start_time,end_time,num_model_requests,input_tokens,output_tokens,input_cached_tokens,model\n"
                                        "1772323200,1772409600,1.0,1000.0,20.0,400.0,gpt-5\n")
        self.assertEqual(self.rows("model", "--usage-report", costs, "--usage-report", usage),
                         {OPUS: (10, None, 6, -4, Decimal("1.666667")),
                          "claude-haiku-4-5-20251001": (1, None, Decimal("1.25"), Decimal("0.25"), Decimal("0.8")),
                          "gpt-5": (0, None, None, None, None)})
        document = self.reconcile("--usage-report", costs, "--usage-report", usage)
        self.assertEqual([(report["provider"], report["holds"], report["days"]) for report in document["reports"]],
                         [("anthropic", "costs", 3), ("openai", "usage", 1)])
        self.assertEqual(document["totals"]["billedTokens"], {"input": 600, "output": 20, "cacheRead": 400, "cacheCreate5m": 0,
                                                              "cacheCreate1h": 0, "webSearchRequests": 0})
        self.assertEqual(document["totals"]["loggedTokens"]["input"], 0)
        self.assertEqual(document["reports"][0]["accounts"][0]["apiKey"], "ci")
        self.assertEqual(document["totals"]["tokenCoverage"], 0)
        text = self.run_program("reconcile", "--by", "model", "--usage-report", costs, "--usage-report", usage).out.decode()
        self.assertRegex(text, r"gpt-5 +0 +1,020 +0 %")
        self.assertRegex(text, r"anthropic +Default +- +ci +\$7\.25")
        self.assertRegex(text, r"openai +- +- +- +1,020 tokens")

    def test_a_report_from_a_pipe(self):
        report = json.dumps(page(day("2026-03-01", cost("1000")))).encode()
        reading, writing = os.pipe()
        os.write(writing, report)
        os.close(writing)
        result = self.run_program("reconcile", "--json", "--usage-report", f"/dev/fd/{reading}", pass_fds=[reading])
        os.close(reading)
        self.assertEqual(result.json["totals"]["billed"], 10)

    def test_what_does_not_fit_is_named(self):
        good = self.write("good.json", page(day("2026-03-01", cost("1000"))))
        bad = self.write("bad.json", page(day("2026-03-02", cost(10.5))))
        self.assertIn("bad.json:1: /data/0/results/0/amount: expected a decimal string of cents, got '10.5'",
                      self.refused("--usage-report", good, "--usage-report", bad))
        self.assertIn("both in", self.refused("--usage-report", good, "--usage-report",
                                                                            self.write("again.json", good.read_text())))
        self.assertIn("cannot read", self.refused("--usage-report", self.root / "none.json"))
        self.assertIn("cannot read", self.refused("--usage-report", self.root))
        self.assertIn("bad.csv:3: cost_usd", self.refused("--usage-report", self.write(
            "bad.csv", "usage_date_utc,model,workspace,token_type,cost_usd\n2026-03-01,m,w,t,1\n2026-03-01,m,w,t,one\n")))
        with open(self.root / "huge.json", "wb") as huge:
            huge.truncate((64 << 20) + 1)
        self.assertIn("64 MiB", self.refused("--usage-report", self.root / "huge.json"))

    def test_filters_that_no_bill_has(self):
        report = self.write("r.json", page(day("2026-03-01", cost("1000"))))
        for filter in (["--session", "s"], ["--project", "p"], ["--host", "h"], ["--tag", "a=b"], ["--model", OPUS],
                       ["--source", "claude"]):
            self.assertIn(filter[0], self.refused("--usage-report", report, *filter))
        self.assertEqual(self.reconcile("--usage-report", report, "--provider", "openai")["totals"]["billed"], None)

    def test_least_coverage_of_the_bill(self):
        report = self.write("r.json", page(day("2026-03-01", cost("1000"))))
        self.assertIs(self.reconcile("--usage-report", report, "--min-coverage", "50")["minCoverage"]["holds"], True)
        self.assertIn("coverage is 50 %, below 51 %", self.run_program("reconcile", "--usage-report", report, "--min-coverage", "51%",
                                                                       expect=CHECK_FAILED).err.decode())
        empty = self.write("empty.json", page(day("2026-03-01", cost("0"))))
        self.reconcile("--usage-report", empty, "--min-coverage", "100%")

    def test_more_pages(self):
        report = self.write("r.json", page(day("2026-03-01", cost("1000")), has_more=True, next_page="page_2"))
        self.assertIn("more pages follow", self.run_program("reconcile", "--usage-report", report).err.decode())

    def test_names_of_a_report_never_reach_the_terminal_as_they_are(self):
        report = self.write("r.json", page(day("2026-03-01", cost("1000", "evil\x1b]0;owned\x07"))))
        text = self.run_program("reconcile", "--usage-report", report).text
        self.assertNotIn("\x1b", text)
        self.assertIn("evil", text)


class Nothing(Reconcile):
    def test_without_a_ledger(self):
        self.assertEqual(self.reconcile()["rows"], [])
        self.assertIn("No turns", self.run_program("reconcile").text)
        report = self.write("r.json", page(day("2026-03-01", cost("1000"))))
        self.assertEqual(self.rows("day", "--usage-report", report), {"2026-03-01": (0, None, 10, 10, 0)})
        self.assertFalse(self.ledger_home.exists())


if __name__ == "__main__":
    main()
