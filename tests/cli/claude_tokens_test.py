#!/usr/bin/env python3
"""Tokens of Claude Code that are billed where one does not look for them (core/sources/claude/FORMAT.md)."""

from harness import CliTest, assistant, main


class Tokens(CliTest):
    def count(self, *names):
        for name in names:
            self.use_fixture(name)
        return self.ingest_logs()

    def by_model(self):
        return {row["model"]: self.usage(row) for row in self.table("model")}

    def turns(self):
        return {turn["messageId"]: turn for turn in self.export("turn")}

    def problems(self, summary):
        return [issue["problem"] for issue in summary["issues"]]

    # ---- usage.iterations

    def test_an_advisor_is_a_call_of_its_own(self):
        self.assertEqual(self.count("iterations_advisor.jsonl")["issues"], [])
        # The second message shows the prompt of its first request alone: 400 of 1,700, and no cache read.
        self.assertEqual(self.by_model(), {
            "claude-sonnet-4-6": (2, 3 + 1700, 120 + 500, 4000 + 400, 50, 0),
            "claude-opus-4-7": (2, 9000 + 800, 700 + 1600, 0, 0, 0)})

    def test_a_compaction_is_a_call_of_its_own(self):
        self.count("iterations_compaction.jsonl")
        self.assert_totals(2, 20300, 450, 0, 0, 0)

    def test_a_declined_attempt_is_billed_where_it_produced_output(self):
        self.count("iterations_declined.jsonl")
        self.assertEqual(self.by_model(), {
            "claude-fable-5": (1, 2, 50, 7000, 1000, 0),
            "claude-opus-4-8": (2, 4, 1310, 15800, 0, 0)})

    def test_a_loop_over_server_tools_is_one_turn_with_the_context_of_its_greatest_request(self):
        self.count("iterations_loop.jsonl")
        self.assert_totals(1, 330, 21, 1800, 20, 0)
        self.assertEqual(self.analyze()["totals"]["usage"]["webSearchRequests"], 2)
        self.assertEqual(self.turns()["msg_01Bakery7006"]["contextTokens"], 820)

    def test_an_unknown_type_is_reported_and_counts_where_the_top_level_leaves_it_out(self):
        summary = self.count("iterations_unknown.jsonl")
        self.assertEqual(self.problems(summary),
                         ["usage.iterations has the unknown type 'proofreading'; its tokens are counted"])
        self.assertEqual(self.by_model(), {"claude-sonnet-4-6": (2, 40, 14, 0, 0, 0),
                                           "claude-opus-4-7": (0, 200, 40, 0, 0, 0)})

    # ---- message ids

    def test_a_response_without_an_id_counts_once(self):
        self.count("ids_missing.jsonl")
        self.assert_totals(4, 1000, 100, 0, 0, 0)

    def test_one_id_for_many_responses(self):
        self.count("ids_of_a_relay.jsonl")
        self.assert_totals(3, 500, 60, 0, 0, 0)
        self.assertIn("relay", self.turns())

    def test_a_log_of_a_relay_that_grows_between_two_runs(self):
        whole = (self.use_fixture("ids_of_a_relay.jsonl").read_bytes())
        digests = set()
        for cut in [0, *[i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]]:
            environment = self.environment(RELAYBURN_HOME=str(self.root / str(cut)))
            for size in (cut, len(whole)):
                (self.logs / "ids_of_a_relay.jsonl").write_bytes(whole[:size])
                self.ingest_logs(env=environment)
            digests.add(self.digest(env=environment))
        self.assertEqual(len(digests), 1)

    # ---- fork agents

    def test_a_fork_agent_owns_what_it_did_itself(self):
        digests = set()
        logs = ["fork_agent_main.jsonl", "fork_agent_copies.jsonl", "fork_agent_progress.jsonl"]
        for order in (logs, logs[::-1], logs[1:] + logs[:1]):
            environment = self.environment(RELAYBURN_HOME=str(self.root / order[0]))
            for name in order:
                self.ingest("--path", self.use_fixture(name), env=environment)
            self.assertEqual({row["agent"]: (row["turns"], row["usage"]["output"])
                              for row in self.table("agent", env=environment)}, {None: (4, 400), "fork": (1, 7)})
            digests.add(self.digest(env=environment))
        self.assertEqual(len(digests), 1)

    # ---- lower bounds

    def test_a_thought_without_text_hides_no_lower_bound(self):
        self.count("thought_without_text.jsonl")
        self.assert_totals(2, 20, 91, 0, 0, 0)
        self.assertEqual(self.analyze()["totals"]["outputIsLowerBoundTurns"], 1)
        self.assertTrue(self.turns()["msg_01Bakery7009"]["outputIsLowerBound"])

    # ---- searches

    def test_searches_of_the_web_search_tool_count_once_and_are_no_calls(self):
        self.count("web_searches.jsonl")
        totals = self.analyze()["totals"]
        self.assertEqual((totals["turns"], totals["usage"]["webSearchRequests"]), (0, 3))
        self.assertEqual(len(self.export("turn")), 3, "the copy in another session stays in the ledger")

    # ---- cost states

    def test_cost_states_are_kept_beside_our_figures(self):
        summary = self.count("cost_states.jsonl")
        self.assertEqual(self.problems(summary), ["modelUsage.costUSD is no amount of dollars; passed over",
                                                  "totalCostUSD is no amount of dollars; passed over"])
        self.assert_totals(2, 20, 10, 0, 0, 0)
        costs = [(cost.get("model"), cost["output"], cost["costUsd"]) for cost in self.export("session_cost")]
        self.assertEqual(sorted(costs, key=str), sorted(
            [(model, output, cost) for model in (None, "claude-sonnet-4-6")
             for output, cost in ((20, "0.03192460000000001"), (21, "0.000015"))], key=str))

    def test_forgetting_a_session_or_its_project_takes_its_cost_states(self):
        for selector in (["--session", "5b7e0f10-0000-4000-8000-000000000001"], ["--project", "/home/dev/bakery"]):
            environment = self.environment(RELAYBURN_HOME=str(self.root / selector[0]))
            self.use_fixture("cost_states.jsonl")
            self.ingest_logs(env=environment)
            self.run_program("forget", *selector, env=environment)
            costs = self.export("session_cost", env=environment)
            self.assertEqual([cost for cost in costs if not cost.get("isVoid")], [], selector)

    def test_a_project_that_is_denied_hands_on_no_cost_state(self):
        self.use_fixture("cost_states.jsonl")
        self.ingest_logs("--project-deny", "/home/dev/bakery")
        self.assertEqual(self.export(), [])

    # ---- what is unknown

    def test_what_is_unknown_is_reported_once_and_counted(self):
        summary = self.count("unknown_facts.jsonl")
        self.assertEqual(self.problems(summary), [
            "the service tier 'turbo' is unknown", "the speed 'warp' is unknown",
            "the inference geography 'moon' is unknown",
            "usage has no key that is known, but 'prompt_tokens'; nothing of it is counted"])
        status = self.run_program("status", "--json", expect=None).json
        self.assertEqual([host["unknownFacts"] for host in status["hosts"]], [4])
        self.assertEqual(summary["lines"]["rejected"], 0)

    def test_counts_that_nobody_knows_are_reported_beside_those_that_are_known(self):
        self.write_log("a.jsonl", assistant("msg_1", usage={"video_input_tokens": 100_000, "audio_tokens": 0}),
                       assistant("msg_2", usage={"iterations": [{"type": "advisor_message", "prompt_tokens": 50_000}]}),
                       assistant("msg_3", usage={"service_tier": 5, "speed": True}))
        self.assertEqual(self.problems(self.ingest_logs()), [
            "usage has the unknown count 'video_input_tokens', which is not counted",
            "usage.iterations has no count that is known, but 'prompt_tokens'; nothing of it is counted",
            "the service tier '5' is unknown", "the speed 'true' is unknown"])

    def test_a_kind_of_cache_write_that_nobody_knows_is_reported_and_billed(self):
        parts = {"ephemeral_5m_input_tokens": 200, "ephemeral_24h_input_tokens": 800}
        self.write_log("a.jsonl", assistant("msg_1", usage={"cache_creation_input_tokens": 1000, "cache_creation": parts}))
        self.assertEqual(self.problems(self.ingest_logs()), [
            "usage.cache_creation has the unknown kind 'ephemeral_24h_input_tokens', which counts as of 5 minutes"])
        self.assertEqual(self.by_model()["claude-opus-4-7"][4], 1000)


if __name__ == "__main__":
    main()
