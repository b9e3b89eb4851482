#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "core/base/error.h"
#include "core/pricing/price_table.h"

namespace relayburn {
namespace {

// Two models of one maker; "big" was made cheaper in July.
const PriceTable& base() {
  static const PriceTable table = PriceTable::parse(
      R"({"snapshot":"2026-08-01","providers":{"anthropic":{"claude-big":[{"input":10,"output":50},)"
      R"({"from":"2026-07-01","input":8,"output":40}],"claude-small":[{"input":1,"output":5}]}}})",
      "base.json");
  return table;
}

PriceTable with(const std::string& json) { return base().with_overrides(json, "prices.json"); }

PriceTable with_models(const std::string& models, const std::string& provider = "anthropic") {
  return with(R"({"providers":{")" + provider + R"(":{)" + models + "}}}");
}

std::string problem_of(const std::string& json) {
  try {
    with(json);
  } catch (const Error& error) {
    CHECK(error.kind == ErrorKind::Usage);
    return error.what();
  }
  return "accepted";
}

// What a million tokens of input cost on a day.
std::string input_on(const PriceTable& table, std::string_view day, std::string_view model,
                     std::string_view source = "claude-code") {
  const Instant noon = *parse_instant(std::string(day) + "T12:00:00Z");
  const auto& bounds = table.span_bounds();
  PriceFacts facts;
  facts.source = source;
  facts.model = model;
  facts.span_side =
      static_cast<size_t>(std::upper_bound(bounds.begin(), bounds.end(), noon) - bounds.begin());
  TokenCounts tokens;
  tokens.input = 1'000'000;
  const auto cost = table.cost(facts, tokens);
  return cost ? format_usd(*cost) : "unpriced";
}

TEST_CASE("an override holds from its date on, and nothing before it changes", "[pricing]") {
  const PriceTable table =
      with_models(R"("claude-big":[{"from":"2026-06-01","input":7,"output":30}])");
  for (const char* day : {"2025-01-01", "2026-05-31"})
    CHECK(input_on(table, day, "claude-big") == input_on(base(), day, "claude-big"));
  CHECK(input_on(table, "2026-06-01", "claude-big") == "7.0");
  CHECK(input_on(table, "2026-08-01", "claude-big") == "7.0");
  CHECK(input_on(table, "2026-06-01", "claude-small") == "1.0");
  CHECK(table.has_overrides());
  CHECK_FALSE(base().has_overrides());
  CHECK(table.snapshot() == "2026-08-01");
}

TEST_CASE("an override after a listed span leaves that one", "[pricing]") {
  const PriceTable table =
      with_models(R"("claude-big":[{"from":"2026-09-01","input":7,"output":30}])");
  CHECK(input_on(table, "2026-06-30", "claude-big") == "10.0");
  CHECK(input_on(table, "2026-07-01", "claude-big") == "8.0");
  CHECK(input_on(table, "2026-09-01", "claude-big") == "7.0");
}

TEST_CASE("an override without a date replaces the whole price", "[pricing]") {
  const PriceTable table = with_models(R"("claude-big":[{"input":7,"output":30}])");
  for (const char* day : {"2025-01-01", "2026-08-01"})
    CHECK(input_on(table, day, "claude-big") == "7.0");
}

TEST_CASE("a new model has its price, and a dated one none before its date", "[pricing]") {
  const PriceTable table = with_models(
      R"("ours":[{"input":2,"output":3}],"newer":[{"from":"2026-06-01","input":3,"output":4}])",
      "acme");
  CHECK(input_on(base(), "2026-06-01", "ours") == "unpriced");
  CHECK(input_on(table, "2026-06-01", "ours") == "2.0");
  CHECK(input_on(table, "2026-06-01", "acme/ours", "opencode") == "2.0");
  CHECK(input_on(table, "2026-05-31", "newer") == "unpriced");
  CHECK(input_on(table, "2026-06-01", "newer") == "3.0");
}

TEST_CASE("a new name keeps, before its date, the price that its spelling had", "[pricing]") {
  const PriceTable table =
      with_models(R"("claude-big-20260101":[{"from":"2026-07-15","input":6,"output":30}])");
  CHECK(input_on(table, "2026-06-30", "claude-big-20260101") == "10.0");
  CHECK(input_on(table, "2026-07-01", "claude-big-20260101") == "8.0");
  CHECK(input_on(table, "2026-07-15", "claude-big-20260101") == "6.0");
  CHECK(input_on(table, "2026-07-15", "claude-big") == "8.0");
}

TEST_CASE("aliases stand for listed names, in any letter case", "[pricing]") {
  const PriceTable table =
      with(R"({"aliases":{"Our-Model":"claude-big","claude-small":"claude-big"}})");
  CHECK(input_on(table, "2026-06-01", "our-model") == "10.0");
  CHECK(input_on(table, "2026-06-01", "gateway/our-model", "opencode") == "10.0");
  CHECK(input_on(table, "2026-06-01", "claude-small") == "10.0");
  CHECK(input_on(table, "2026-06-01", "claude-big") == "10.0");
  CHECK(table.find("", "our-model").rules == std::vector<std::string>{"alias"});
  CHECK(table.find("", "x/our-model").rules ==
        std::vector<std::string>{"provider-prefix", "alias"});
}

TEST_CASE("an alias of a part of a listed name does not take that name", "[pricing]") {
  const PriceTable table = with(R"({"providers":{"acme":{"ours-latest":[{"input":2,"output":3}]}},)"
                                R"("aliases":{"ours":"claude-big"}})");
  CHECK(input_on(table, "2026-06-01", "ours-latest") == "2.0");
  CHECK(input_on(table, "2026-06-01", "ours-20260101") == "10.0");
}

TEST_CASE("an alias of a model that the same list adds", "[pricing]") {
  const PriceTable table = with(
      R"({"aliases":{"short":"acme/ours"},"providers":{"acme":{"ours":[{"input":2,"output":3}]}}})");
  CHECK(input_on(table, "2026-06-01", "short", "opencode") == "2.0");
}

TEST_CASE("what is applied is told: name, rules, span, tier, multipliers", "[pricing]") {
  const PriceTable table =
      with_models(R"("claude-big":[{"from":"2026-06-01","input":7,"output":30,"cacheRead":1,)"
                  R"("webSearchRequest":0.01,"multipliers":{"fast":6,"us":1.1},)"
                  R"("tiers":[{"aboveContextTokens":200000,"input":14,"output":60}]}])");
  PriceFacts facts;
  facts.source = "claude-code";
  facts.model = "anthropic/claude-big[1m]";
  facts.speed = "fast";
  facts.inference_geo = "us";
  facts.span_side = 1;
  facts.context_side = 1;
  const AppliedPrice price = *table.apply(facts);
  CHECK(price.provider == "anthropic");
  CHECK(price.model == "claude-big");
  CHECK(price.rules == std::vector<std::string>{"provider-prefix", "context-suffix"});
  CHECK(price.from == parse_instant("2026-06-01T00:00:00Z"));
  CHECK(price.origin == PriceOrigin::Override);
  CHECK(price.above_tokens == 200000);
  CHECK_FALSE(price.service_tier);
  CHECK(price.multipliers.size() == 2);
  CHECK(price.rates.input.amount == 92'400'000);
  CHECK(price.rates.cache_read.amount == 6'600'000);
  CHECK(price.rates.web_search_request.amount == 10'000'000'000);  // not multiplied
  CHECK(price.listed.assumed_cache_create_1h);
}

TEST_CASE("a broken list is refused, with the line", "[pricing]") {
  const auto in_span = [](const std::string& span) {
    return problem_of("{\"providers\":\n{\"acme\":{\"ours\":[\n" + span + "]}}}");
  };
  CHECK_THAT(in_span(R"({"input":1})"), Catch::StartsWith("prices.json:3: acme/ours: "));
  CHECK_THAT(in_span(R"({"input":1,"output":2,"cacheread":1})"),
             Catch::Contains("3: acme/ours: there is no key 'cacheread' here"));
  CHECK_THAT(in_span("{\"input\":1,\n\"output\":0.0000001}"), Catch::StartsWith("prices.json:4: "));
  CHECK_THAT(in_span(R"({"input":0.000001,"output":2,"multipliers":{"us":1.1}})"),
             Catch::Contains("3: acme/ours: ") && Catch::Contains("not whole"));
  CHECK_THAT(problem_of("{\n\n\"models\":{}}"),
             Catch::StartsWith("prices.json:3: there is no key 'models' here"));
  CHECK_THAT(problem_of("{\"aliases\":{\n\"a\":\"no-such-model\"}}"),
             Catch::StartsWith("prices.json:2: the alias 'a' stands for 'no-such-model'"));
  CHECK_THAT(problem_of("{\"aliases\":{\n\"a\":7}}"), Catch::StartsWith("prices.json:2: "));
  CHECK_THAT(problem_of(""), Catch::StartsWith("prices.json:1: not valid JSON"));
  CHECK_THAT(problem_of("[]"), Catch::StartsWith("prices.json:1: "));
  CHECK_THAT(problem_of("{\n\"note\": \"open\n,\n\"x\": 1}"), Catch::StartsWith("prices.json:2: "));
  CHECK_THAT(problem_of("{\n\n\"note\": \"\xff\"}"), Catch::StartsWith("prices.json:3: "));
  CHECK_THAT(problem_of("{\n\"providers\": {}\n} }"), Catch::StartsWith("prices.json:3: "));
  CHECK(problem_of(R"({"snapshot":"s","sources":[],"note":"n","providers":{},"aliases":{}})") ==
        "accepted");
  CHECK(problem_of("{}") == "accepted");
}

}  // namespace
}  // namespace relayburn
