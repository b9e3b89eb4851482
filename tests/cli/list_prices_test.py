#!/usr/bin/env python3
"""What calls cost by the bundled list: tiers, multipliers, searches, dates and names, each by itself."""

from harness import CliTest, assistant, codex, main, session_meta, token_count

NOVEMBER, JULY_31 = "2026-11-15T10:00:00.000Z", "2026-07-31T10:00:00.000Z"


def call(message_id, model, *, ts=NOVEMBER, input=0, output=0, read=0, searches=0, **usage):
    return assistant(message_id, output, model=model, ts=ts, usage={
        "input_tokens": input, "cache_read_input_tokens": read,
        "server_tool_use": {"web_search_requests": searches}, **usage})


class ListPrices(CliTest):
    def costs(self, *lines):
        """What each model's calls cost, by the name that the log has."""
        self.write_log("a.jsonl", *lines)
        self.ingest_logs()
        return {row["model"]: row["costUsd"] for row in self.table("model")}

    def codex_cost(self, model, tier, total, ts=NOVEMBER, plan=None):
        """One response; `total` is input, cached, output, reasoning."""
        count = token_count(total, ts=ts)
        count["payload"]["rate_limits"] = {"plan_type": plan} if plan else None
        self.write_log("rollout-a.jsonl", session_meta(),
                       codex("event_msg", ts, type="thread_settings_applied", thread_settings={"service_tier": tier}),
                       codex("turn_context", ts, turn_id="0199a000-0000-7000-8000-00000000000a", model=model), count)
        self.ingest_logs()
        return self.analyze()["totals"]["costUsd"]


class Multipliers(ListPrices):
    def test_fast_mode_is_the_models_own_and_scales_no_search(self):
        costs = self.costs(call("msg_1", "claude-opus-4-8", input=100000, output=10000, speed="fast"),
                           call("msg_2", "claude-opus-4-6", input=100000, output=10000, searches=2, speed="fast"))
        self.assertEqual(costs, {"claude-opus-4-8": 1.5, "claude-opus-4-6": 4.52})

    def test_inference_in_the_us(self):
        self.assertEqual(self.costs(call("msg_1", "claude-sonnet-4-6", input=100000, inference_geo="us"),
                                    call("msg_2", "claude-opus-5-5", input=100000, inference_geo="not_available")),
                         {"claude-sonnet-4-6": 0.33, "claude-opus-5-5": 0.4})

    def test_what_no_list_prices_is_named_and_billed_as_standard(self):
        self.costs(call("msg_1", "claude-sonnet-4-6", input=100000, speed="fast"),
                   call("msg_2", "claude-sonnet-4-6", input=100000, service_tier="ultra"),
                   call("msg_3", "claude-sonnet-4-6", input=100000, inference_geo="mars", service_tier="standard"))
        report = self.analyze()
        self.assertEqual(report["totals"]["costUsd"], 0.9)
        self.assertEqual([(term["model"], term["term"], term["turns"]) for term in report["unpricedTerms"]],
                         [("claude-sonnet-4-6", "inference geography mars", 1), ("claude-sonnet-4-6", "service tier ultra", 1),
                          ("claude-sonnet-4-6", "speed fast", 1)])
        self.assertIn("billed at standard rates", self.run_program("analyze", "--by", "model").text)

    def test_batch_is_half_of_every_token_rate(self):
        self.assertEqual(self.costs(call("msg_1", "claude-opus-4-6", input=100000, read=100000, searches=1, service_tier="batch")),
                         {"claude-opus-4-6": 0.285})


class Searches(ListPrices):
    def test_cost_the_providers_fee_whatever_the_model(self):
        costs = self.costs(call("msg_1", "claude-haiku-4-5", searches=7), call("msg_2", "unheard-of", searches=1))
        self.assertEqual(costs, {"claude-haiku-4-5": 0.07, "unheard-of": 0.01})
        self.assertEqual(self.analyze()["totals"]["unpricedTurns"], 1)


class Contexts(ListPrices):
    def test_a_price_above_a_context_holds_until_the_vendor_drops_it(self):
        usage = {"input": 150000, "read": 100000, "output": 1000}
        self.assertEqual(self.costs(call("msg_1", "claude-sonnet-4-6", ts="2026-03-01T10:00:00Z", **usage)),
                         {"claude-sonnet-4-6": 0.9825})
        self.write_log("a.jsonl", call("msg_2", "claude-sonnet-4-6", ts="2026-03-13T00:00:00Z", **usage))
        self.ingest_logs()
        self.assertEqual(self.table("day")[1]["costUsd"], 0.495)

    def test_a_tier_that_is_not_offered_above_the_bound_does_not_apply_there(self):
        self.assertEqual(self.codex_cost("gpt-5.5", "priority", [300000, 0, 1000, 0]), 3.045)

    def test_a_tier_with_long_rates_of_its_own_keeps_them(self):
        self.assertEqual(self.codex_cost("gpt-6-sol", "fast", [300000, 0, 1000, 0]), 2.43)

    def test_a_subscription_has_no_dearer_rate_for_long_contexts(self):
        self.assertEqual(self.codex_cost("gpt-6-astra", None, [300000, 0, 1000, 0], plan="pro"), 3.05)

    def test_an_api_key_has(self):
        self.assertEqual(self.codex_cost("gpt-6-astra", None, [300000, 0, 1000, 0]), 6.075)


class Dates(ListPrices):
    def test_a_cut_holds_from_the_vendors_day(self):
        self.assertEqual(self.codex_cost("gpt-5.6-luna", None, [100000, 0, 10000, 0], ts=JULY_31), 0.032)

    def test_peak_hours(self):
        costs = self.costs(call("msg_1", "deepseek-flash", ts="2026-11-16T01:00:00Z", input=1000000),  # a Monday
                           call("msg_2", "deepseek-v4-flash", ts="2026-11-16T00:59:00Z", input=1000000),
                           call("msg_3", "deepseek/deepseek-v4-flash", ts="2026-11-15T02:00:00Z", input=1000000))
        self.assertEqual(costs, {"deepseek-flash": 0.3, "deepseek-v4-flash": 0.15, "deepseek/deepseek-v4-flash": 0.15})
        self.assertEqual(round(sum(row["costUsd"] for row in self.table("day")), 6), 0.6)
        audit = self.analyze("--audit")["audit"]
        self.assertEqual([line["price"].get("peak", False) for line in audit], [True, False, False])


class Names(ListPrices):
    def test_the_same_model_by_other_names(self):
        usage = {"input": 100000}
        self.assertEqual(self.costs(call("msg_1", "claude-opus-4-6@default", **usage),
                                    call("msg_2", "openrouter/anthropic/claude-opus-4.8-fast", **usage),
                                    call("msg_3", "zai-coding-plan/glm-5.2", read=100000),
                                    call("msg_4", "ollama/glm-5.2", **usage),
                                    call("msg_5", "claude-opus-5-99", **usage),
                                    call("msg_6", "claude-sonnet-5-5-fast", **usage)),
                         {"claude-opus-4-6@default": 0.5, "openrouter/anthropic/claude-opus-4.8-fast": 1.0,
                          "zai-coding-plan/glm-5.2": 0.026, "ollama/glm-5.2": 0.0, "claude-opus-5-99": None,
                          "claude-sonnet-5-5-fast": None})
        [line] = [each for each in self.analyze("--audit")["audit"] if each["model"] == "ollama/glm-5.2"]
        self.assertEqual((line["price"]["provider"], line["price"]["rules"]), ("local", ["local-provider"]))


if __name__ == "__main__":
    main()
