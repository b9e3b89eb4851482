#!/usr/bin/env python3
"""Prices: those of one's own, which one applies and why, and the sum that anyone can do again."""

import json
from decimal import Decimal

from harness import FAILED, WRONG_USAGE, CliTest, assistant, codex, main, session_meta, token_count

OPUS, SONNET = "claude-opus-4-7", "claude-sonnet-4-5-20250929"
MILLION = Decimal(1000000)


class Prices(CliTest):
    def own_prices(self, text):
        self.ledger_home.mkdir(exist_ok=True)
        path = self.ledger_home / "prices.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    def report(self, *arguments, **options):
        return json.loads(self.run_program("analyze", "--json", *arguments, **options).out, parse_float=Decimal)


class OwnPrices(Prices):
    def test_hold_from_their_date_on_and_change_nothing_before_it(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{day}", 0, ts=f"2026-03-0{day}T00:00:00Z", usage={
            "input_tokens": 100000, "cache_read_input_tokens": 0}) for day in (1, 2, 3)],
            assistant("msg_4", 0, ts="2026-03-03T00:00:00Z", model="ours", usage={"input_tokens": 10}))
        self.ingest_logs()
        before = self.report("--by", "day")
        self.assertEqual((before["pricing"]["overrides"], before["totals"]["unpricedTurns"]), (False, 1))
        self.own_prices({"providers": {"anthropic": {OPUS: [{"from": "2026-03-02", "input": 4, "output": 25}]}},
                         "aliases": {"ours": OPUS}})
        report = self.report("--by", "day")
        self.assertEqual([row["costUsd"] for row in report["tables"][0]["rows"]],
                         [Decimal("0.5"), Decimal("0.4"), Decimal("0.40044")])
        self.assertEqual((report["pricing"]["overrides"], report["pricing"]["snapshot"]),
                         (True, before["pricing"]["snapshot"]))
        self.assertEqual(report["unpricedModels"], [])

    def test_a_broken_list_is_exit_2_and_names_the_line(self):
        path = self.own_prices('{"providers":\n {"acme":\n  {"ours": [{"input": 1, "output": "2"}]}}}')
        for arguments in (["analyze"], ["analyze", "--json"], ["prices"], ["prices", OPUS, "--json"]):
            result = self.run_program(*arguments, expect=WRONG_USAGE)
            self.assertIn(f"{path}:3: acme/ours: expected a number for output, got a string", result.err.decode())
            self.assertEqual(result.out.startswith(b'{"error":'), "--json" in arguments)
        self.own_prices('{"providers": {"acme": {"ours": [\n{"input": 0.0000001, "output": 1}]}}}')
        self.assertIn(f"{path}:2:".encode(), self.run_program("analyze", expect=WRONG_USAGE).err)
        path.unlink()
        path.mkdir()
        self.assertIn(str(path).encode(), self.run_program("analyze", expect=WRONG_USAGE).err)

    def test_a_rate_that_is_left_out_and_was_needed_is_said(self):
        self.write_log("a.jsonl", assistant("msg_1", 1), assistant("msg_2", 1, model=SONNET, usage={"cache_read_input_tokens": 0}))
        self.ingest_logs()
        note = "rates that prices.json leaves out are assumed (see: relayburn prices): "
        self.assertNotIn(note, self.run_program("analyze", "--by", "model").text)
        self.own_prices({"providers": {"anthropic": {OPUS: [{"input": 4, "output": 25}], SONNET: [{"input": 4, "output": 25}]}}})
        for arguments in ([], ["--by", "model"], ["--html", "-"]):
            text = " ".join(self.run_program("analyze", *arguments).text.split())
            self.assertIn(note + f"anthropic/{OPUS}", text)
            self.assertNotIn(f"anthropic/{OPUS} anthropic", text)
        self.own_prices({"providers": {"anthropic": {OPUS: [{"input": 4, "output": 25, "cacheRead": 1}]}}})
        self.assertNotIn(note, self.run_program("analyze", "--by", "model").text)

    def test_ingest_needs_no_prices(self):
        self.own_prices("junk")
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()


class WhichPrice(Prices):
    needs_every_backend = False

    def asked(self, *arguments, **options):
        return self.run_program("prices", "--json", *arguments, **options).json

    def test_says_what_applies_since_when_by_which_rule_and_what_is_assumed(self):
        self.own_prices({"providers": {"anthropic": {SONNET: [{"from": "2026-03-02", "input": 2, "output": 9}]}}})
        [model] = self.asked(f"us.anthropic.{SONNET}-v1:0")["models"]
        self.assertEqual((model["provider"], model["model"], model["rules"]), ("anthropic", SONNET, ["bedrock"]))
        self.assertEqual([(span["from"], span["origin"], span["input"], span["assumed"]) for span in model["spans"]],
                         [(None, "bundled", 3.0, []),
                          ("2026-03-02", "override", 2.0, ["cacheRead", "cacheCreate5m", "cacheCreate1h"])])
        self.assertEqual(model["spans"][1]["cacheCreate1h"], 4.0)
        text = self.run_program("prices", f"us.anthropic.{SONNET}-v1:0").text
        for words in (f"billed as anthropic/{SONNET}", "without what Bedrock adds", "from 2026-03-02", "context > 200,000",
                      "2.0*", "* assumed", "bundled", "yours", "web search: $0.01"):
            self.assertIn(words, text)

    def test_lists_all_and_multipliers_and_tiers(self):
        whole = self.asked()
        self.assertGreater(len(whole["models"]), 100)
        self.assertIsNone(whole["asked"])
        [gpt] = self.asked("gpt-5", "--source", "codex")["models"]
        self.assertEqual(gpt["spans"][0]["serviceTiers"]["flex"]["input"], 0.625)
        self.assertIn("speed fast: × 6.0", self.run_program("prices", OPUS).text)
        self.assertIn("openai/gpt-5 ", self.run_program("prices").text)

    def test_a_model_without_a_price_is_exit_1(self):
        result = self.run_program("prices", "evil\x1b[31mmodel", expect=FAILED)
        self.assertEqual(result.out, b"")
        self.assertIn(b"no price is listed for", result.err)
        self.assertNotIn(b"\x1b", result.err)
        self.assertEqual(self.asked("no-such", expect=FAILED)["models"], [])
        self.assertFalse(self.ledger_home.exists())


class Audit(Prices):
    def setUp(self):
        super().setUp()
        usage = {"input_tokens": 7, "cache_read_input_tokens": 11, "cache_creation": {
            "ephemeral_5m_input_tokens": 13, "ephemeral_1h_input_tokens": 17}, "server_tool_use": {"web_search_requests": 3}}
        self.write_log("a.jsonl", assistant("msg_1", 5, usage=usage), assistant("msg_2", 5, usage=usage | {"speed": "fast"}),
                       assistant("msg_3", 5, usage=usage | {"speed": "fast", "inference_geo": "us"}),
                       assistant("msg_4", 5, model=SONNET, usage=usage | {"input_tokens": 200001}),
                       assistant("msg_5", 5, model=SONNET, usage=usage), assistant("msg_6", 5, model=SONNET + "[1m]", usage=usage),
                       assistant("msg_7", 5, model="unheard-of", usage=usage),
                       assistant("msg_8", 5, ts="2026-03-09T00:00:00Z", usage=usage))
        self.write_log("rollout-a.jsonl", session_meta(),
                       codex("turn_context", turn_id="t", model="gpt-5", service_tier="priority"),
                       token_count([900, 100, 70, 60], [900, 100, 70, 60]))
        self.ingest_logs()
        self.own_prices({"providers": {"anthropic": {OPUS: [{"from": "2026-03-09", "input": 1, "output": 3}]}}})

    def test_anyone_can_do_the_sum_again(self):
        report = self.report("--audit")
        usage, cost, unpriced = dict.fromkeys(report["totals"]["usage"], 0), Decimal(0), 0
        for line in report["audit"]:
            charges = Decimal(0)
            for charge in line["charges"]:
                count = charge.get("tokens", charge.get("requests"))
                usage[charge["class"]] += count
                if "costUsd" in charge:
                    rate = charge["usdEach"] if "usdEach" in charge else charge["usdPerMillion"] / MILLION
                    self.assertEqual(count * rate, charge["costUsd"], charge)
                    charges += charge["costUsd"]
            self.assertEqual(charges, line["costUsd"])
            cost += charges
            if not line["price"]:  # its searches have a fee all the same
                unpriced += line["turns"]
                self.assertEqual(charges, Decimal("0.03"))
        self.assertEqual(cost, report["totals"]["costUsd"])
        self.assertEqual(unpriced, report["totals"]["unpricedTurns"])
        self.assertEqual(usage | {"reasoning": report["totals"]["usage"]["reasoning"]}, report["totals"]["usage"])
        self.assertEqual(sum(line["turns"] for line in report["audit"]), report["totals"]["turns"])

    def test_a_line_for_each_name_span_tier_and_multiplier(self):
        lines = self.report("--audit")["audit"]
        prices = [(line["model"], line["price"]) for line in lines if line["price"]]
        told = {(model, price["from"], price["origin"], price.get("aboveContextTokens"), price.get("serviceTier"),
                 tuple(price["multipliers"])) for model, price in prices}
        # Whether Codex states the tier where this log does is the reader's business.
        self.assertEqual({line[:4] + line[5:] for line in told}, {
            (OPUS, None, "bundled", None, ()), (OPUS, None, "bundled", None, ("fast",)),
            (OPUS, None, "bundled", None, ("fast", "us")), (OPUS, "2026-03-09", "override", None, ()),
            (SONNET, None, "bundled", None, ()), (SONNET, None, "bundled", 200000, ()),
            (SONNET + "[1m]", None, "bundled", None, ()), ("gpt-5", None, "bundled", None, ())})
        self.assertEqual(len(prices), len(told))
        self.assertEqual([line["model"] for line in lines if not line["price"]], ["unheard-of"])
        [own] = [line for line in lines if line["price"] and line["price"]["from"]]
        self.assertEqual([charge["class"] for charge in own["charges"] if charge.get("assumed")],
                         ["cacheRead", "cacheCreate5m", "cacheCreate1h"])

    def test_for_people(self):
        text = self.run_program("analyze", "--audit").text
        for words in (f"{OPUS}, 1 turn, at the prices of anthropic/{OPUS} (listed under this name)", "speed fast × 6.0 included",
                      "inference in us × 1.1", "context above 200,000 tokens", "from 2026-03-09 on, of your own list",
                      "no list has a price for", "0.01 each", "* assumed", "without [1m]"):
            self.assertIn(words, text)
        cost = self.run_program("analyze", "--json").out.split(b'"costUsd":')[1].split(b",")[0].decode()
        self.assertIn(f"all together: USD {cost}\n", text)


if __name__ == "__main__":
    main()
