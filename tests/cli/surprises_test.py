#!/usr/bin/env python3
"""What real logs hold that made other tools count wrong: one small log for each, with its exact figures.

The numbers begin the names of the logs in tests/data/claude.
"""

from harness import CliTest, main


class ClaudeCode(CliTest):
    def count(self, *names):
        for name in names:
            self.use_fixture(name)
        return self.ingest_logs()

    def test_01_one_reply_has_several_lines_and_the_greatest_output_counts(self):
        self.count("01_growing_output.jsonl")
        self.assert_totals(2, 10, 358, 4300, 350, 0)

    def test_02_a_stop_reason_of_null_says_nothing(self):
        self.count("02_stop_reason_null.jsonl")
        self.assert_totals(2, 12, 150, 2100, 0, 0)

    def test_03_a_placeholder_of_the_output_is_shown_as_a_lower_bound(self):
        self.count("03_placeholder_output.jsonl")
        self.assert_totals(3, 27, 702, 1500, 0, 0)
        self.assertEqual(self.analyze()["totals"]["outputIsLowerBoundTurns"], 1)
        bounds = {turn["messageId"]: turn.get("outputIsLowerBound", False) for turn in self.export("turn")}
        self.assertEqual(bounds, {"msg_01Bakery0021": True, "msg_01Bakery0022": False, "msg_01Bakery0023": False})

    def test_04_lines_of_one_id_are_not_contiguous(self):
        summary = self.count("04_interleaved.jsonl")
        self.assert_totals(2, 6, 89, 1500, 0, 0)
        self.assertEqual(self.inserted(summary)["tool_call"], 2)
        self.assertEqual(self.inserted(summary)["tool_result"], 2)

    def test_05_the_session_is_that_of_the_line_and_a_copied_call_counts_once(self):
        self.count("05_resumed_session.jsonl")
        self.assert_totals(3, 6, 90, 600, 0, 0)
        sessions = {row["session"][-2:]: row["usage"]["output"] for row in self.table("session")}
        self.assertEqual(sessions, {"01": 20, "02": 30, "03": 40})
        self.assertEqual(self.analyze()["totals"]["sessions"], 3)
        self.assertEqual(len(self.export("turn")), 4, "the copy stays in the ledger")

    def test_06_replies_of_subagents_stand_in_progress_lines(self):
        self.count("06_progress_replies.jsonl")
        self.assert_totals(3, 22, 200, 530, 0, 0)
        self.assertEqual({row["agent"]: row["turns"] for row in self.table("agent")}, {"scales": 2, None: 1})

    def test_06_an_id_that_the_agents_own_log_has_too_counts_once(self):
        self.count("06_progress_replies.jsonl", "06_agent_of_progress.jsonl")
        self.assert_totals(4, 31, 290, 610, 0, 0)
        self.assertEqual({row["agent"]: row["turns"] for row in self.table("agent")}, {"scales": 3, None: 1})

    def test_06_whichever_of_the_two_logs_comes_first(self):
        digests = set()
        for order in (["06_progress_replies.jsonl", "06_agent_of_progress.jsonl"],
                      ["06_agent_of_progress.jsonl", "06_progress_replies.jsonl"]):
            environment = self.environment(RELAYBURN_HOME=str(self.root / order[0]))
            for name in order:
                self.ingest("--path", self.use_fixture(name), env=environment)
            digests.add(self.digest(env=environment))
        self.assertEqual(len(digests), 1)

    def test_07_the_second_total_of_a_subagent_is_never_added(self):
        self.count("07_second_total.jsonl")
        self.assert_totals(2, 10, 110, 900, 0, 0)

    def test_08_each_whole_object_of_a_line_counts_and_only_the_rest_is_rejected(self):
        summary = self.count("08_two_objects_on_a_line.jsonl")
        # 0071 to 0075, 0078 and 0079. Before 0077 stands what is no object: nothing is read behind it.
        self.assert_totals(7, 30, 300, 0, 0, 0)
        self.assertEqual(summary["lines"], {"read": 6, "rejected": 3})
        self.assertEqual([issue["line"] for issue in summary["issues"]], [3, 4, 5])

    def test_09_synthetic_is_no_call(self):
        summary = self.count("09_synthetic_model.jsonl")
        self.assert_totals(1, 3, 33, 300, 0, 0)
        self.assertEqual(self.inserted(summary)["turn"], 1)
        self.assertEqual(self.analyze()["unpricedModels"], [])

    def test_10_the_same_id_with_and_without_a_request_id_is_one_call(self):
        self.count("10_request_id_missing.jsonl")
        self.assert_totals(2, 6, 99, 600, 0, 0)

    def test_11_newer_usage_keys_price_a_call_and_each_may_be_null(self):
        summary = self.count("11_newer_usage_keys.jsonl")
        self.assertEqual(summary["issues"], [])
        self.assert_totals(7, 7000, 1400, 0, 0, 0)
        totals = self.analyze()["totals"]
        self.assertEqual(totals["usage"]["webSearchRequests"], 3)
        # 1000 input at $5 and 200 output at $25 a million are $0.01: five as listed, one in the US (1.1),
        # one fast (6), and three searches at $0.01.
        self.assertEqual(totals["costUsd"], 0.151)
        turns = {turn["messageId"][-4:]: turn for turn in self.export("turn")}
        self.assertEqual(turns["0104"]["inferenceGeo"], "us")
        self.assertEqual(turns["0105"]["speed"], "fast")
        self.assertEqual(turns["0101"]["serviceTier"], "standard")
        self.assertNotIn("speed", turns["0102"])

    def test_12_subagents_stand_beside_the_session_below_it_and_inside_it(self):
        projects = self.home / ".claude" / "projects" / "-home-dev-bakery"
        session = "5b7e0f10-0000-4000-8000-000000000001"
        places = {
            "12_main.jsonl": f"{session}.jsonl",
            "12_agent_beside.jsonl": "agent-ab12cd34.jsonl",
            "12_agent_below.jsonl": f"{session}/subagents/agent-ef56ab78.jsonl",
            "12_agent_of_workflow.jsonl": f"{session}/subagents/workflows/bake/agent-ef56ab79.jsonl",
        }
        for name, place in places.items():
            (projects / place).parent.mkdir(parents=True, exist_ok=True)
            self.use_fixture(name).rename(projects / place)
        (projects / session / "subagents" / "agent-ef56ab78.meta.json").write_text('{"agentType":"glaze"}')
        summary = self.ingest()
        self.assertEqual(summary["files"], {"found": 4, "read": 4, "unchanged": 0, "failed": 0})
        self.assert_totals(5, 10, 150, 350, 0, 0)
        self.assertEqual(self.analyze()["totals"]["sessions"], 1)
        self.assertEqual({row["agent"]: row["turns"] for row in self.table("agent")}, {None: 1, "unknown": 4})
        roots = [edge for edge in self.export("relationship") if edge["type"] == "root"]
        self.assertEqual([edge["sessionId"] for edge in roots], [session], "a subagent's log is no session")

    def test_13_lines_without_time_times_that_go_back_and_no_final_newline(self):
        summary = self.count("13_no_timestamp_no_newline.jsonl")
        self.assertEqual(summary["lines"], {"read": 7, "rejected": 0})
        self.assertEqual(summary["issues"], [])
        self.assert_totals(3, 6, 60, 180, 0, 0)

    def test_13_a_last_line_that_is_no_whole_object_is_left_for_the_next_run(self):
        summary = self.count("13_unfinished_last_line.jsonl")
        self.assertEqual(summary["lines"], {"read": 1, "rejected": 0})
        self.assertEqual(summary["issues"], [])
        self.assert_totals(1, 2, 10, 50, 0, 0)

    def test_14_compactions_and_unknown_types(self):
        summary = self.count("14_compaction_and_unknown_types.jsonl")
        self.assertEqual(summary["lines"], {"read": 9, "rejected": 0})
        self.assert_totals(2, 4, 30, 164000, 0, 0)
        [compaction] = self.export("compaction")
        self.assertEqual((compaction["trigger"], compaction["tokensBefore"]), ("auto", 155321))
        self.assertEqual(compaction["logicalParentUuid"], "00000000-0000-4000-9000-000000000002")
        summaries = [turn["uuid"][-1] for turn in self.export("user_turn") if turn.get("isCompactSummary")]
        self.assertEqual(summaries, ["4"])

    def test_15_a_redacted_line_is_skipped_and_named_and_the_rest_counts(self):
        summary = self.count("15_redacted.jsonl")
        self.assertEqual(summary["lines"], {"read": 7, "rejected": 3})
        self.assertEqual([issue["line"] for issue in summary["issues"]], [3, 4, 5])
        self.assert_totals(3, 6, 110, 200, 0, 0)
        self.assertEqual(self.analyze()["unpricedModels"], [{"model": "[REDACTED]", "turns": 1}])
        self.assertIn("5b7e0f10-[REDACTED]-0000", [row["session"] for row in self.table("session")])


class Bytes(CliTest):
    def count(self, name):
        self.use_fixture(name)
        return self.ingest_logs()

    def column(self, field):
        return {turn["messageId"][-4:]: turn.get(field) for turn in self.export("turn")}

    def test_23_invalid_utf8_costs_no_line(self):
        summary = self.count("23_invalid_utf8.jsonl")
        self.assertEqual(summary["lines"], {"read": 3, "rejected": 0})
        self.assert_totals(3, 6, 60, 0, 0, 0)
        self.assertEqual(self.column("cwd")["0202"], "/home/dev/p\N{REPLACEMENT CHARACTER}tisserie")

    def test_23_nul_becomes_the_replacement_character_and_a_line_of_nul_is_rejected(self):
        summary = self.count("23_nul_bytes.jsonl")
        self.assertEqual(summary["lines"], {"read": 5, "rejected": 1})
        self.assertEqual([issue["line"] for issue in summary["issues"]], [3])
        self.assert_totals(4, 8, 100, 0, 0, 0)
        self.assertEqual(self.column("branch")["0214"], "feat\N{REPLACEMENT CHARACTER}ure")

    def test_23_lone_surrogates_become_the_replacement_character(self):
        summary = self.count("23_lone_surrogates.jsonl")
        self.assertEqual(summary["lines"], {"read": 4, "rejected": 0})
        self.assert_totals(4, 8, 100, 0, 0, 0)
        lost = "\N{REPLACEMENT CHARACTER}"
        self.assertEqual(self.column("branch"),
                         {"0221": "main", "0222": "fix/" + lost, "0223": "fix/" + lost + lost, "0224": "fix/\U0001f35e"})

    def test_23_a_byte_order_mark_and_crlf_are_no_part_of_a_line(self):
        summary = self.count("23_byte_order_mark_crlf.jsonl")
        self.assertEqual((summary["lines"]["rejected"], summary["issues"]), (0, []))
        self.assert_totals(2, 4, 30, 0, 0, 0)
        self.assertEqual(self.inserted(summary)["user_turn"], 1)

    def test_23_an_empty_log_is_read_once(self):
        self.assertEqual(self.count("23_empty.jsonl")["files"], {"found": 1, "read": 1, "unchanged": 0, "failed": 0})
        self.assertEqual(self.ingest_logs()["files"], {"found": 1, "read": 0, "unchanged": 1, "failed": 0})
        self.assert_totals(0, 0, 0, 0, 0, 0)

    def test_24_whole_numbers_to_2_to_the_40_count_and_the_rest_is_reported_and_counts_0(self):
        summary = self.count("24_numbers.jsonl")
        self.assertEqual(summary["lines"], {"read": 14, "rejected": 0})
        # input: 1000.0 and 1e3 count, and 1 in each of lines 7 to 12. cacheRead: only 2^40 counts.
        self.assert_totals(14, 2006, 12, 2**40, 0, 0)
        reported = [issue["line"] for issue in summary["issues"]]
        self.assertEqual(reported, [1, 3, 6, 8, 9, 11, 12])


if __name__ == "__main__":
    main()
