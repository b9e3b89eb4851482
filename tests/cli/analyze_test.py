#!/usr/bin/env python3
"""The report: figures, tables, filters, orders, time zones."""

import json
import os

from harness import NOWHERE, WRONG_USAGE, CliTest, assistant, main

OPUS, SONNET, HAIKU = "claude-opus-4-7", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"
NOTHING = {"input": 0, "output": 0, "reasoning": 0, "cacheRead": 0, "cacheCreate5m": 0, "cacheCreate1h": 0,
           "webSearchRequests": 0}


def turn(message_id, tokens, model=OPUS, **more):
    """Input alone, so that costs can be told at a glance."""
    return assistant(message_id, 0, model=model, usage={"input_tokens": tokens, "cache_read_input_tokens": 0}, **more)


class NoStoreYet(CliTest):
    def test_reports_nothing_and_creates_nothing(self):
        report = self.analyze("--by", "model", "--by", "day,project")
        self.assertEqual({name: value for name, value in report["totals"].items() if name != "costMicros"} | {"outputIsLowerBoundTurns": 0},
                         {"turns": 0, "sessions": 0, "usage": NOTHING, "costUsd": 0.0, "unpricedTurns": 0,
                          "outputIsLowerBoundTurns": 0})
        self.assertEqual(report["tables"], [{"by": ["model"], "rows": []}, {"by": ["day", "project"], "rows": []}])
        self.assertEqual(report["unpricedModels"], [])
        for command in (["analyze"], ["export"], ["export", "--digest"], ["status"], ["plugins"]):
            self.run_program(*command)
        self.run_program("migrate", "--check", expect=1)
        self.assertFalse(self.ledger_home.exists(), list(self.ledger_home.rglob("*")))
        self.assertEqual(list(self.home.iterdir()), [])

    def test_a_cost_of_nothing_is_written_as_0_0(self):
        self.assertIn(b'"costUsd":0.0,', self.run_program("analyze", "--json").out)


class Figures(CliTest):
    def test_the_report_has_the_fields_of_the_contract(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        report = self.analyze("--model", OPUS, "--since", "2026-01-01", "--until", "2026-12-31T12:00:00+01:00")
        self.assertEqual(list(report), ["schemaVersion", "storage", "timezone", "since", "until", "filters", "pricing",
                                        "totals", "unpricedModels", "unpricedTerms", "tables"])
        self.assertEqual((report["schemaVersion"], report["storage"], report["timezone"]), (1, self.storage, "UTC"))
        self.assertEqual((report["since"], report["until"]), ("2026-01-01T00:00:00Z", "2026-12-31T11:00:00Z"))
        self.assertEqual(report["filters"], {"model": [OPUS]})
        self.assertEqual(set(report["pricing"]), {"snapshot", "source", "ageDays", "overrides"})
        self.assertEqual(list(report["totals"]["usage"]), list(NOTHING))
        for field in ("turns", "sessions", "usage", "costUsd", "unpricedTurns"):
            self.assertIn(field, report["totals"])
            self.assertIn(field, report["tables"][0]["rows"][0])

    def test_costs_are_exact_and_in_plain_decimals(self):
        # One token of cache read costs 500 nanodollars; 2^40 of them are no power of ten.
        for number, tokens in enumerate([1, 3, 2**40]):
            self.write_log(f"{number}.jsonl", assistant(f"msg_{number}", session=f"s-{number}",
                                                        message={"usage": {"cache_read_input_tokens": tokens}}))
        self.ingest_logs()
        report = json.loads(self.run_program("analyze", "--json", "--by", "session").out, parse_float=str)
        self.assertEqual([row["costUsd"] for row in report["tables"][0]["rows"]], ["549755.813888", "0.0000015", "0.0000005"])
        self.assertEqual(report["totals"]["costUsd"], "549755.81389")

    def test_cache_writes_of_five_minutes_and_an_hour_and_a_total_without_breakdown(self):
        usage = {"input_tokens": 0, "cache_read_input_tokens": 0}
        both = {"cache_creation": {"ephemeral_5m_input_tokens": 1000, "ephemeral_1h_input_tokens": 2000}}
        self.write_log("a.jsonl", assistant("msg_1", 0, usage=usage | both | {"cache_creation_input_tokens": 9999}),
                       assistant("msg_2", 0, usage=usage | {"cache_creation_input_tokens": 400}))
        self.ingest_logs()
        self.assert_totals(2, 0, 0, 0, 1400, 2000)
        self.assertEqual(self.analyze()["totals"]["costUsd"], 0.02875)

    def test_the_context_decides_the_tier_of_a_whole_call(self):
        self.write_log("a.jsonl", turn("msg_1", 200000, SONNET), turn("msg_2", 200001, SONNET))
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["costUsd"], 1.800006)

    def test_a_model_without_a_price_is_unpriced_and_never_free(self):
        self.write_log("a.jsonl", turn("msg_1", 1000), turn("msg_2", 1000, "unheard-of"), turn("msg_3", 1, None))
        self.ingest_logs()
        report = self.analyze()
        self.assertEqual((report["totals"]["unpricedTurns"], report["totals"]["costUsd"]), (2, 0.005))
        self.assertCountEqual(report["unpricedModels"], [{"model": "unheard-of", "turns": 1}, {"model": None, "turns": 1}])
        costs = [(row["model"], row["costUsd"]) for row in report["tables"][0]["rows"]]
        self.assertEqual(costs, [(OPUS, 0.005), ("unheard-of", None), (None, None)])

    def test_only_unpriced_turns_cost_null(self):
        self.write_log("a.jsonl", turn("msg_1", 1000, "unheard-of"))
        self.ingest_logs()
        self.assertIsNone(self.analyze()["totals"]["costUsd"])

    def test_spellings_of_one_model_have_its_price(self):
        spellings = [SONNET, "claude-sonnet-4-5", "anthropic/" + SONNET, "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                     "claude-sonnet-4-5@20250929", "claude-sonnet-4-5[1m]", "CLAUDE-SONNET-4-5"]
        self.write_log("a.jsonl", *[turn(f"msg_{k}", 1000, name) for k, name in enumerate(spellings)])
        self.ingest_logs()
        rows = {row["model"]: row["costUsd"] for row in self.table("model")}
        self.assertEqual(rows, dict.fromkeys(spellings, 0.003))

    def test_gateways_reuse_ids_and_the_api_does_not(self):
        self.write_log("a.jsonl", turn("msg_same", 10, session="s-1"), turn("msg_same", 10, session="s-2"),
                       turn("chat-1", 10, session="s-1"), turn("chat-1", 10, session="s-2"))
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 3)

    def test_filters_never_choose_another_copy(self):
        """The canonical copy is chosen over the whole ledger: the earlier one, of s-1."""
        self.write_log("a.jsonl", turn("msg_1", 10, session="s-1", ts="2026-01-01T00:00:00Z"),
                       turn("msg_1", 10, session="s-2", ts="2026-02-01T00:00:00Z"))
        self.ingest_logs()
        self.assertEqual(self.analyze("--session", "s-2")["totals"]["turns"], 0)
        self.assertEqual(self.analyze("--since", "2026-01-15")["totals"]["turns"], 0)
        self.assertEqual(self.analyze("--session", "s-1")["totals"]["turns"], 1)


class Tables(CliTest):
    def setUp(self):
        super().setUp()
        self.write_log(
            "a.jsonl",
            turn("msg_1", 1000, OPUS, session="s-1", gitBranch="main", cwd="/home/dev/shop"),
            turn("msg_2", 2000, OPUS, session="s-2", gitBranch="fix", cwd="/home/dev/bank", ts="2026-03-03T10:00:00Z"),
            turn("msg_3", 9000, HAIKU, session="s-2", gitBranch="fix", cwd="/home/dev/bank", ts="2026-03-03T11:00:00Z"),
            turn("msg_4", 9000, HAIKU, session="s-3", cwd=None, ts="2026-03-01T11:00:00Z"),
            turn("msg_5", 5000, "unheard-of", session=None, cwd="/home/dev/shop", ts=None),
            turn("msg_6", 1000, HAIKU, session="s-3", isSidechain=True, agentId="a1", ts="2026-03-01T12:00:00Z"),
        )
        self.ingest_logs()

    def names(self, by, *arguments):
        return [row[by] for row in self.table(by, *arguments)]

    def test_rows_sum_to_the_totals(self):
        totals = self.analyze()["totals"]
        for by in ("model", "provider", "source", "project", "session", "host", "day", "week", "month", "hour", "agent",
                   "branch", "day,model", "session,branch,agent"):
            rows = self.table(by)
            self.assertEqual(sum(row["turns"] for row in rows), totals["turns"], by)
            self.assertEqual(sum(row["unpricedTurns"] for row in rows), totals["unpricedTurns"], by)
            self.assertAlmostEqual(sum(row["costUsd"] or 0 for row in rows), totals["costUsd"], 9, by)
            for name in NOTHING:
                self.assertEqual(sum(row["usage"][name] for row in rows), totals["usage"][name], (by, name))

    def test_names(self):
        self.assertEqual(self.names("source"), ["claude-code"])
        self.assertEqual(self.names("provider"), ["anthropic"])
        self.assertEqual(self.names("host"), ["tester@host"])
        self.assertEqual(self.names("branch"), ["fix", "main", None])
        self.assertEqual(self.names("project"), ["/home/dev/bank", "/home/dev/shop", None])
        self.assertEqual(self.names("agent"), ["unknown", None])

    def test_others_sort_by_cost_then_by_name_and_null_comes_last(self):
        # HAIKU $0.019, OPUS $0.015, no price.
        self.assertEqual(self.names("model"), [HAIKU, OPUS, "unheard-of"])
        # s-2 $0.019, s-3 $0.01, s-1 $0.005, then no session, which has no price either.
        self.assertEqual(self.names("session"), ["s-2", "s-3", "s-1", None])

    def test_equal_costs_sort_by_name_bytewise(self):
        self.write_log("b.jsonl", *[turn(f"msg_b{k}", 7, session=name) for k, name in
                                    enumerate(["b", "B", "a", "\u00e9", "z", "\U0001f35e", "\uffee", "_"])])
        self.ingest_logs()
        equal = [name for name in self.names("session") if name and not name.startswith("s-")]
        self.assertEqual(equal, sorted(equal, key=lambda name: name.encode()))

    def test_times_sort_by_time_whatever_they_cost_and_null_comes_last(self):
        self.assertEqual(self.names("day"), ["2026-03-01", "2026-03-02", "2026-03-03", None])
        self.assertEqual(self.names("month"), ["2026-03", None])
        self.assertEqual(self.names("week"), ["2026-W09", "2026-W10", None])
        self.assertEqual(self.names("hour")[0], "2026-03-01T11+00:00")

    def test_times_sort_by_what_was_asked_for(self):
        self.assertEqual(self.names("day", "--sort", "cost"), ["2026-03-03", "2026-03-01", "2026-03-02", None])
        self.assertEqual(self.names("day", "--sort", "name"), ["2026-03-01", "2026-03-02", "2026-03-03", None])

    def test_top_keeps_the_latest_times_and_the_greatest_of_others(self):
        rows = self.table("day", "--top", "2")
        self.assertEqual([row.get("day", "folded") for row in rows], ["2026-03-02", "2026-03-03", "folded"])
        self.assertEqual(rows[2]["folded"], 2)
        # The main thread has no name, and most of the cost.
        rows = self.table("agent", "--top", "1")
        self.assertEqual([row.get("agent", "folded") for row in rows], [None, "folded"])

    def test_absent_values_have_a_name_for_people(self):
        self.assertIn("(main thread)", self.run_program("analyze", "--by", "agent").text)
        self.assertIn("(no branch)", self.run_program("analyze", "--by", "branch").text)
        self.assertIn("(2 others)", self.run_program("analyze", "--by", "session", "--top", "2").text)

    def test_money_is_also_in_whole_microdollars(self):
        totals = self.analyze()["totals"]
        self.assertEqual(totals["costMicros"], round(totals["costUsd"] * 1_000_000))
        self.assertIsNone([row["costMicros"] for row in self.table("model") if row["model"] == "unheard-of"][0])

    def test_sort(self):
        self.assertEqual(self.names("model", "--sort", "name"), [HAIKU, OPUS, "unheard-of"])
        self.assertEqual(self.names("model", "--sort", "turns"), [HAIKU, OPUS, "unheard-of"])
        self.assertEqual(self.names("model", "--sort", "tokens"), [HAIKU, "unheard-of", OPUS])
        self.assertEqual(self.names("session", "--sort", "name"), ["s-1", "s-2", "s-3", None])
        self.run_program("analyze", "--sort", "colour", expect=WRONG_USAGE)

    def test_top_folds_the_rest_into_a_last_row(self):
        rows = self.table("session", "--top", "1")
        self.assertEqual((rows[0]["session"], rows[1]["other"], len(rows)), ("s-2", True, 2))
        self.assertEqual(rows[0]["turns"] + rows[1]["turns"], 6)
        self.assertEqual(rows[1]["sessions"], 2)
        self.assertNotIn("other", rows[0])
        self.assertEqual(len(self.table("session", "--top", "4")), 4, "nothing is left to fold")
        for bad in ("0", "-1", "many"):
            self.run_program("analyze", "--top", bad, expect=WRONG_USAGE)

    def test_composite_and_several_tables(self):
        report = self.analyze("--by", "model,branch", "--by", "day")
        self.assertEqual([table["by"] for table in report["tables"]], [["model", "branch"], ["day"]])
        rows = [(row["model"], row["branch"], row["turns"]) for row in report["tables"][0]["rows"]]
        # $0.01 each on two of them; the absent branch comes after the others of equal cost.
        self.assertEqual(rows, [(HAIKU, None, 2), (OPUS, "fix", 1), (HAIKU, "fix", 1), (OPUS, "main", 1),
                                ("unheard-of", None, 1)])

    def test_unknown_dimensions(self):
        for bad in ("colour", "", "model,", ",model", "model,,day", "Model", "tag:"):
            self.run_program("analyze", "--by", bad, expect=WRONG_USAGE)

    def turns(self, *arguments):
        return self.analyze(*arguments)["totals"]["turns"]

    def test_filters(self):
        self.assertEqual(self.turns("--model", HAIKU), 3)
        self.assertEqual(self.turns("--model", HAIKU, "--model", OPUS), 5)
        self.assertEqual(self.turns("--model", HAIKU, "--session", "s-2"), 1)
        self.assertEqual(self.turns("--source", "claude"), 6)
        self.assertEqual(self.turns("--source", "claude-code"), 6)
        self.assertEqual(self.turns("--source", "codex"), 0)
        self.assertEqual(self.turns("--provider", "anthropic"), 6)
        self.assertEqual(self.turns("--project", "/home/dev/bank"), 2)
        self.assertEqual(self.turns("--host", "tester@host"), 6)
        self.assertEqual(self.analyze("--source", "claude")["filters"], {"source": ["claude-code"]})
        self.run_program("analyze", "--source", "nobody", expect=WRONG_USAGE)

    def test_filters_of_branches_agents_users_and_activities(self):
        self.assertEqual(self.turns("--branch", "fix"), 2)
        self.assertEqual(self.turns("--agent", "unknown"), 1)
        self.assertEqual(self.turns("--user", "tester"), 6)
        self.assertEqual(self.turns("--activity", "conversation"), self.table("activity", "--sort", "name")[0]["turns"])
        self.assertEqual(self.table("user")[0]["user"], "tester")

    def test_filters_take_beginnings_last_parts_and_patterns(self):
        self.assertEqual(self.turns("--session", "s"), 5)
        self.assertEqual(self.turns("--session", "s-1"), 1, "a name that is there is itself alone")
        self.assertEqual(self.turns("--project", "bank"), 2)
        self.assertEqual(self.turns("--project", "/home/dev"), 5)
        self.assertEqual(self.turns("--model", "*haiku*"), 3)
        self.assertEqual(self.turns("--model", "CLAUDE-OPUS"), 2)
        self.assertEqual(self.turns("--model", "opus"), 2)
        self.assertEqual(self.analyze("--model", "*haiku*")["filters"], {"model": ["*haiku*"]})

    def test_a_filter_that_names_nothing_of_the_ledger_is_wrong_and_the_nearest_are_named(self):
        def refused(*arguments):
            return self.run_program("analyze", *arguments, expect=WRONG_USAGE).err.decode()
        self.assertIn("--model: the ledger has nothing of 'opsu' (hint: the nearest are: ", refused("--model", "opsu"))
        self.assertIn(OPUS, refused("--model", "claude-opsu-4-7"))
        self.assertIn("tester@host", refused("--host", "other"))
        self.assertIn("--session", refused("--session", "s-1' OR '1'='1"))
        self.assertIn("--model", refused("--model", "%"))
        self.assertIn("--tag", refused("--tag", "team=red", "--budget", "5/day"))
        # In the whole ledger, whatever the period.
        self.assertEqual(self.turns("--session", "s-1", "--since", "2030-01-01"), 0)

    def test_the_filter_by_tool_shows_what_its_calls_have_of_each_turn(self):
        usage = {"input_tokens": 3000, "cache_read_input_tokens": 0}
        call = lambda name, number: {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {}}
        self.write_log("tools.jsonl", assistant("msg_t1", 0, usage=usage, model=OPUS, session="s-t", content=[call("Bash", 1), call("Read", 2)]))
        self.ingest_logs()
        rows = {row["tool"]: row for row in self.table("tool")}
        for name in ("Bash", "Read"):
            totals = self.analyze("--tool", name)["totals"]
            self.assertEqual((totals["turns"], totals["usage"], totals["costUsd"]),
                             (rows[name]["turns"], rows[name]["usage"], rows[name]["costUsd"]))
        both = self.analyze("--tool", "Bash", "--tool", "Read")["totals"]
        self.assertEqual((both["turns"], both["sessions"], both["usage"]["input"]), (1, 1, 3000))
        self.run_program("analyze", "--tool", "Bash", "--audit", expect=WRONG_USAGE)

    def test_since_is_inclusive_and_until_exclusive_and_times_unknown_are_outside(self):
        self.assertEqual(self.turns("--since", "2026-03-03T10:00:00Z"), 2)
        self.assertEqual(self.turns("--until", "2026-03-03T10:00:00Z"), 3)
        self.assertEqual(self.turns("--since", "2026-03-03T10:00:00.000001Z"), 1)
        self.assertEqual(self.turns("--since", "2026-03-02", "--until", "2026-03-03"), 1)
        self.assertEqual(self.turns("--since", "0001-01-01"), 5)
        self.assertEqual(self.turns("--since", "2026-03-04", "--until", "2026-03-01"), 0)
        self.assertEqual(self.turns("--since", "2026-03-03T11:00:00+01:00"), 2)
        for bad in ("tomorrow", "", "2026-02-30", "2026-13-01", "24", "h", "-3d", "2026-03-03T25:00:00Z", "99999999999999999999d"):
            self.run_program("analyze", "--since", bad, expect=WRONG_USAGE)

    def test_spans_back_from_now(self):
        for span in ("90m", "24h", "7d", "4w", "3mo", "1y", "today", "yesterday", "week", "last-week", "month", "last-month"):
            self.assertEqual(self.turns("--until", "2020-01-01", "--since", span), 0)
        self.assertEqual(self.turns("--since", "1000mo", "--until", "2100-01-01"), 5)


class TimeZones(CliTest):
    def names(self, by, zone, *instants):
        for number, ts in enumerate(instants):
            self.write_log(f"{number}.jsonl", turn(f"msg_{number}", 1, ts=ts))
        self.ingest_logs()
        return [row[by] for row in self.table(by, "--timezone", zone)]

    def test_days_are_cut_in_the_zone(self):
        self.assertEqual(self.names("day", "Europe/Berlin", "2026-03-01T22:59:59.999999Z", "2026-03-01T23:00:00Z"),
                         ["2026-03-01", "2026-03-02"])

    def test_hours_when_summer_time_begins(self):
        self.assertEqual(self.names("hour", "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
                         ["2026-03-29T01+01:00", "2026-03-29T03+02:00"])

    def test_the_hour_that_comes_twice_is_two_in_order_of_time(self):
        self.assertEqual(self.names("hour", "Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z",
                                    "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"),
                         ["2026-10-25T01+02:00", "2026-10-25T02+02:00", "2026-10-25T02+01:00", "2026-10-25T03+01:00"])

    def test_the_hour_that_comes_twice_west_of_greenwich(self):
        self.assertEqual(self.names("hour", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
                         ["2026-11-01T01-04:00", "2026-11-01T01-05:00"])

    def test_days_of_23_and_25_hours(self):
        self.assertEqual(self.names("day", "Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z",
                                    "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
                         ["2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26"])

    def test_zones_of_half_and_quarter_hours(self):
        self.assertEqual(self.names("hour", "Asia/Kathmandu", "2026-03-01T18:14:59Z", "2026-03-01T18:15:00Z"),
                         ["2026-03-01T23+05:45", "2026-03-02T00+05:45"])

    def test_weeks_are_those_of_iso(self):
        self.assertEqual(self.names("week", "UTC", "2025-12-28T12:00:00Z", "2025-12-29T12:00:00Z", "2026-01-04T23:59:59Z",
                                    "2026-01-05T00:00:00Z", "2026-12-31T12:00:00Z", "2027-01-03T12:00:00Z"),
                         ["2025-W52", "2026-W01", "2026-W02", "2026-W53"])

    def test_a_bare_date_is_midnight_in_the_zone(self):
        self.names("day", "UTC", "2026-03-01T22:59:59Z", "2026-03-01T23:00:00Z")
        report = self.analyze("--since", "2026-03-02", "--timezone", "Europe/Berlin")
        self.assertEqual((report["since"], report["totals"]["turns"]), ("2026-03-01T23:00:00Z", 1))

    def test_midnight_that_does_not_exist_is_when_the_day_begins(self):
        # In Santiago the clock goes from 24:00 to 01:00 on 2026-09-06.
        report = self.analyze("--since", "2026-09-06", "--timezone", "America/Santiago")
        self.assertEqual(report["since"], "2026-09-06T04:00:00Z")


class WhichTimeZone(CliTest):
    needs_every_backend = False

    def zone(self, *arguments, **more):
        return self.analyze(*arguments, env=self.environment(**more))["timezone"]

    def test_the_flag_the_variable_the_config_the_system(self):
        self.ledger_home.mkdir()
        (self.ledger_home / "config.toml").write_text('timezone = "Asia/Tokyo"\n')
        self.assertEqual(self.zone("--timezone", "Europe/Paris", TZ="Europe/Berlin"), "Europe/Paris")
        self.assertEqual(self.zone(TZ="Europe/Berlin"), "Europe/Berlin")
        self.assertEqual(self.zone(TZ=":Europe/Berlin"), "Europe/Berlin")
        self.assertEqual(self.zone(TZ=None), "Asia/Tokyo")
        self.assertEqual(self.zone(TZ=""), "Asia/Tokyo")
        (self.ledger_home / "config.toml").unlink()
        self.assertTrue(self.zone(TZ=None))

    def test_an_unknown_zone_is_exit_2_and_never_silently_utc(self):
        bad = ["Europe/Atlantis", "Mars", "../../etc/passwd", "/usr/share/zoneinfo/Europe/Berlin", "Europe", "zone.tab",
               "Europe/Berlin ", "Fixed/UTC+01:00:00", "x" * 5000]
        for name in bad:
            self.run_program("analyze", "--timezone", name, expect=WRONG_USAGE)
            result = self.run_program("analyze", env=self.environment(TZ=name), expect=WRONG_USAGE)
            self.assertTrue(result.err)
            self.assertEqual(result.out, b"")

    def test_the_locale_changes_nothing(self):
        self.write_log("a.jsonl", turn("msg_1", 1234567))
        self.ingest_logs()
        for arguments in (["analyze"], ["analyze", "--json"]):
            plain = self.run_program(*arguments).out
            for locale in ("de_DE.UTF-8", "tr_TR.UTF-8", "C", "nonsense"):
                self.assertEqual(self.run_program(*arguments, env=self.environment(LC_ALL=locale)).out, plain)


class Projects(CliTest):
    def test_the_remote_of_a_repository_is_the_project_and_the_filter_takes_either(self):
        checkout = self.root / "checkout"
        (checkout / ".git").mkdir(parents=True)
        (checkout / "src").mkdir()
        (checkout / ".git" / "config").write_text('[remote "origin"]\n\turl = git@GitHub.com:Bakery/Shop.git\n')
        self.write_log("a.jsonl", turn("msg_1", 1, cwd=str(checkout / "src")), turn("msg_2", 1, cwd="/nowhere/at/all"))
        self.ingest_logs()
        self.assertEqual([row["project"] for row in self.table("project")], ["/nowhere/at/all", "github.com/Bakery/Shop"])
        for name in ("github.com/Bakery/Shop", str(checkout / "src")):
            self.assertEqual(self.analyze("--project", name)["totals"]["turns"], 1)
        report = self.run_program("analyze", "--json", "--by", "project").out
        os.rename(checkout, self.root / "moved")
        self.ingest_logs("--full")
        self.assertEqual(self.run_program("analyze", "--json", "--by", "project").out, report)


class AnalyzeIngest(CliTest):
    def test_ingests_first_and_says_so_on_stderr(self):
        project = self.home / ".claude" / "projects" / "p"
        project.mkdir(parents=True)
        (project / "s.jsonl").write_text("junk\n")
        result = self.run_program("analyze", "--json", "--ingest")
        self.assertEqual(result.json["totals"]["turns"], 0)
        self.assertIn(b"rejected", result.err)

    def test_the_worse_exit_code_wins(self):
        projects = self.home / ".claude" / "projects"
        projects.mkdir(parents=True)
        result = self.run_program("analyze", "--json", "--ingest", env=self.environment(**NOWHERE), expect=None)
        self.assertEqual(result.status, 5)


class ForPeople(CliTest):
    def test_what_a_log_says_never_reaches_the_terminal_as_it_is(self):
        nasty = "evil\x1b]0;owned\x07\r\n\u202emodel"
        self.write_log("a.jsonl", turn("msg_1", 1, nasty, session=nasty, gitBranch=nasty, cwd="/" + nasty))
        self.ingest_logs()
        for arguments in (["analyze", "--by", "model,session,branch,project"], ["status"]):
            out = self.run_program(*arguments).out.decode()
            for bad in ("\x1b", "\x07", "\r", "\u202e"):
                self.assertNotIn(bad, out, arguments)


if __name__ == "__main__":
    main()
