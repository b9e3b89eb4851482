#include "core/pricing/price_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>

#include "core/base/error.h"

namespace relayburn {
namespace {

using Rules = std::vector<std::string>;

// `providers` is the object of providers, without its braces.
PriceTable table_of(const std::string& providers) {
  return PriceTable::parse(R"({"snapshot":"2026-01-01","providers":{)" + providers + "}}",
                           "p.json");
}

// One model "m" of `provider` with these spans.
PriceTable model_of(const std::string& spans, const std::string& provider = "openai") {
  return table_of("\"" + provider + R"(":{"m":[)" + spans + "]}");
}

std::string problem_of(const std::string& json) {
  try {
    PriceTable::parse(json, "p.json");
  } catch (const Error& error) {
    CHECK(error.kind == ErrorKind::Usage);
    return error.what();
  }
  return "accepted";
}

std::string problem_of_span(const std::string& span) {
  return problem_of("{\"snapshot\":\"s\",\n\"providers\":{\"a\":{\"m\":[\n" + span + "\n]}}}");
}

PriceFacts facts_of(std::string_view model, std::string_view source = "claude-code") {
  PriceFacts facts;
  facts.source = source;
  facts.model = model;
  return facts;
}

std::string usd(const PriceTable& table, const PriceFacts& facts, const TokenCounts& tokens) {
  const auto cost = table.cost(facts, tokens);
  return cost ? format_usd(*cost) : "unpriced";
}

// A million tokens of one class cost what the list says for it.
TokenCounts million_of(int64_t TokenCounts::*count) {
  TokenCounts tokens;
  tokens.*count = 1'000'000;
  return tokens;
}

std::string rate(const PriceTable& table, const PriceFacts& facts, int64_t TokenCounts::*count) {
  return usd(table, facts, million_of(count));
}

size_t side_of(const std::vector<int64_t>& bounds, int64_t context) {
  size_t side = 0;
  for (int64_t bound : bounds) side += bound < context;
  return side;
}

std::string found_model(const PriceTable& table, std::string_view source, std::string_view name) {
  const ModelPrice* price = table.find(source, name).price;
  return price ? price->provider + "/" + price->model : "unpriced";
}

std::string found(std::string_view name, std::string_view source = "claude-code") {
  return found_model(PriceTable::embedded(), source, name);
}

Rules rules(std::string_view name, std::string_view source = "claude-code") {
  return PriceTable::embedded().find(source, name).rules;
}

const char* const kPlain = R"({"input":3,"output":15,"cacheRead":0.3,"cacheWrite5m":3.75})";

}  // namespace

TEST_CASE("worked examples of formats/pricing.md", "[price_table]") {
  const auto claude = model_of(kPlain, "anthropic");
  TokenCounts tokens{1000, 500, 0, 20'000, 2000, 0, 0};
  CHECK(usd(claude, facts_of("m"), tokens) == "0.024");
  tokens.cache_create_1h = 2000;
  tokens.cache_create_5m = 0;
  CHECK(usd(claude, facts_of("m"), tokens) == "0.0285");

  const auto codex = model_of(R"({"input":1.25,"output":10,"cacheRead":0.125})");
  CHECK(usd(codex, facts_of("m", "codex"), {2000, 1200, 900, 8000, 0, 0, 0}) == "0.0155");
}

TEST_CASE("the embedded list is parsed and whole", "[price_table]") {
  const PriceTable& table = PriceTable::embedded();
  CHECK(table.snapshot() == "2026-08-18");
  CHECK(std::is_sorted(table.span_bounds().begin(), table.span_bounds().end()));
  CHECK(std::is_sorted(table.context_bounds().begin(), table.context_bounds().end()));
  CHECK(table.context_bounds().size() >= 3);
  PriceFacts opus = facts_of("claude-opus-4-6");
  CHECK(usd(table, opus, {1000, 500, 0, 20'000, 2000, 0, 0}) == "0.04");
  opus.speed = "fast";
  opus.inference_geo = "us";
  CHECK(usd(table, opus, {1000, 500, 0, 20'000, 2000, 0, 0}) == "0.264");
}

TEST_CASE("missing rates are assumed and marked", "[price_table]") {
  const std::string bare = R"({"input":3,"output":15})";
  for (const std::string provider : {"anthropic", "openai"}) {
    const auto table = model_of(bare, provider);
    CHECK(rate(table, facts_of("m"), &TokenCounts::cache_read) == "3.0");
    CHECK(rate(table, facts_of("m"), &TokenCounts::cache_create_5m) == "3.0");
    const Rates& rates = table.find("codex", "m").price->spans.front().rates;
    CHECK(rates.assumed_cache_read);
    CHECK(rates.assumed_cache_create_5m);
    CHECK(rates.assumed_cache_create_1h);
  }
  CHECK(rate(model_of(bare, "anthropic"), facts_of("m"), &TokenCounts::cache_create_1h) == "6.0");
  CHECK(rate(model_of(kPlain, "anthropic"), facts_of("m"), &TokenCounts::cache_create_1h) == "6.0");
  CHECK(rate(model_of(kPlain, "openai"), facts_of("m"), &TokenCounts::cache_create_1h) == "3.75");
}

TEST_CASE("stated rates are not marked, not even 0", "[price_table]") {
  const auto table = model_of(
      R"({"input":3,"output":15,"cacheRead":0,"cacheWrite5m":0,"cacheWrite1h":1,"reasoning":99})");
  const Rates& rates = table.find("codex", "m").price->spans.front().rates;
  CHECK_FALSE(rates.assumed_cache_read);
  CHECK_FALSE(rates.assumed_cache_create_5m);
  CHECK_FALSE(rates.assumed_cache_create_1h);
  CHECK(rate(table, facts_of("m"), &TokenCounts::cache_read) == "0.0");
  CHECK(rate(table, facts_of("m"), &TokenCounts::cache_create_1h) == "1.0");
}

TEST_CASE("reasoning is inside output", "[price_table]") {
  const auto table = model_of(R"({"input":1,"output":2,"reasoning":50})");
  CHECK(usd(table, facts_of("m"), {0, 1'000'000, 900'000, 0, 0, 0, 0}) == "2.0");
}

TEST_CASE("the highest tier that a context exceeds holds for the whole call", "[price_table]") {
  const auto table = model_of(R"({"input":1,"output":2,"cacheRead":0.5,"tiers":[
      {"aboveContextTokens":300,"input":100,"output":200},
      {"aboveContextTokens":200,"input":10,"output":20,"cacheRead":5}]})");
  CHECK(table.context_bounds() == std::vector<int64_t>{200, 300});
  PriceFacts facts = facts_of("m");
  const auto at = [&](int64_t context) {
    facts.context_side = side_of(table.context_bounds(), context);
    return rate(table, facts, &TokenCounts::output);
  };
  CHECK(at(0) == "2.0");
  CHECK(at(200) == "2.0");
  CHECK(at(201) == "20.0");
  CHECK(at(300) == "20.0");
  CHECK(at(301) == "200.0");
  CHECK(rate(table, facts, &TokenCounts::cache_read) == "0.5");  // the highest tier states none
}

TEST_CASE("a model's tiers keep to its own sizes", "[price_table]") {
  const auto table = table_of(R"("a":{
      "low":[{"input":1,"output":1,"tiers":[{"aboveContextTokens":200,"input":2}]}],
      "high":[{"input":1,"output":1,"tiers":[{"aboveContextTokens":300,"input":3}]}],
      "none":[{"input":1,"output":1}]})");
  const auto at = [&](const char* model, int64_t context) {
    PriceFacts facts = facts_of(model);
    facts.context_side = side_of(table.context_bounds(), context);
    return rate(table, facts, &TokenCounts::input);
  };
  CHECK(at("low", 250) == "2.0");
  CHECK(at("high", 250) == "1.0");
  CHECK(at("none", 250) == "1.0");
  CHECK(at("low", 1000) == "2.0");
  CHECK(at("high", 1000) == "3.0");
  CHECK(at("none", 1000) == "1.0");
}

TEST_CASE("what a tier lacks is the span's, or follows the rule for missing rates",
          "[price_table]") {
  const std::string base = R"({"input":3,"output":15,"cacheWrite1h":7,)";
  PriceFacts facts = facts_of("m");
  facts.context_side = 1;
  const auto in_tier = [&](const std::string& tier, const char* provider,
                           int64_t TokenCounts::*count) {
    const auto table =
        model_of(base + R"("tiers":[{"aboveContextTokens":9,)" + tier + "}]}", provider);
    return rate(table, facts, count);
  };
  CHECK(in_tier(R"("input":6)", "anthropic", &TokenCounts::output) == "15.0");
  CHECK(in_tier(R"("input":6)", "anthropic", &TokenCounts::cache_create_1h) == "12.0");
  CHECK(in_tier(R"("input":6,"cacheWrite5m":8)", "openai", &TokenCounts::cache_create_1h) == "8.0");
  CHECK(in_tier(R"("input":6)", "openai", &TokenCounts::cache_create_5m) == "6.0");
  CHECK(in_tier(R"("input":6)", "openai", &TokenCounts::cache_read) == "6.0");
  CHECK(in_tier(R"("output":20)", "anthropic", &TokenCounts::cache_create_1h) == "7.0");
  CHECK(in_tier(R"("input":6,"cacheWrite1h":11)", "anthropic", &TokenCounts::cache_create_1h) ==
        "11.0");
}

TEST_CASE("a listed service tier goes before context tiers", "[price_table]") {
  const auto table = model_of(R"({"input":5,"output":30,"cacheRead":0.5,
      "tiers":[{"aboveContextTokens":272000,"input":10,"output":45,"cacheRead":1}],
      "serviceTiers":{"priority":{"input":12,"output":60},"flex":{"input":2.5,"output":15}}})");
  PriceFacts facts = facts_of("m", "codex");
  const auto output_at = [&](std::optional<std::string_view> service_tier, size_t context_side) {
    facts.service_tier = service_tier;
    facts.context_side = context_side;
    return rate(table, facts, &TokenCounts::output);
  };
  for (const char* base : {"standard", "default", "batch", "Priority", ""}) {
    CHECK(output_at(base, 0) == "30.0");
    CHECK(output_at(base, 1) == "45.0");
  }
  CHECK(output_at(std::nullopt, 0) == "30.0");
  CHECK(output_at(std::nullopt, 1) == "45.0");
  CHECK(output_at("priority", 0) == "60.0");
  CHECK(output_at("priority", 1) == "60.0");
  CHECK(output_at("flex", 1) == "15.0");
  CHECK(rate(table, facts, &TokenCounts::cache_read) == "0.5");  // flex states none: the span's
}

TEST_CASE("a service tier without a rate that the span lacks too assumes its own",
          "[price_table]") {
  const auto table = model_of(R"({"input":30,"output":180,
      "serviceTiers":{"flex":{"input":15,"output":90}}})");
  PriceFacts facts = facts_of("m", "codex");
  facts.service_tier = "flex";
  CHECK(rate(table, facts, &TokenCounts::cache_read) == "15.0");
  CHECK(rate(table, facts, &TokenCounts::cache_create_1h) == "15.0");
}

TEST_CASE("a span holds from midnight UTC of its date", "[price_table]") {
  const auto table = table_of(R"("a":{
      "m":[{"from":"2026-07-28","input":3,"output":1},{"input":1,"output":1},
           {"from":"2026-05-31","input":2,"output":1}],
      "n":[{"from":"2026-06-15","input":9,"output":1}],
      "o":[{"input":4,"output":1}]})");
  const std::vector<Instant> dates{Instant{1780185600000000}, Instant{1781481600000000},
                                   Instant{1785196800000000}};
  CHECK(table.span_bounds() == dates);
  const auto at = [&](const char* model, size_t side) {
    PriceFacts facts = facts_of(model);
    facts.span_side = side;
    return rate(table, facts, &TokenCounts::input);
  };
  CHECK(at("m", 0) == "1.0");
  CHECK(at("m", 1) == "2.0");
  CHECK(at("m", 2) == "2.0");
  CHECK(at("m", 3) == "3.0");
  CHECK(at("n", 0) == "unpriced");
  CHECK(at("n", 1) == "unpriced");
  CHECK(at("n", 2) == "9.0");
  CHECK(at("n", 3) == "9.0");
  CHECK(at("o", 3) == "4.0");
  CHECK(at("m", 99) == "3.0");  // no bound there: as the last one
}

TEST_CASE("multipliers scale the whole call", "[price_table]") {
  const auto table = model_of(R"({"input":5,"output":25,"webSearchRequest":0.01,
      "multipliers":{"fast":6.0,"us":1.1},"serviceTiers":{"priority":{"input":10}}})");
  PriceFacts facts = facts_of("m");
  TokenCounts tokens{1'000'000, 0, 0, 0, 0, 0, 3};
  CHECK(usd(table, facts, tokens) == "5.03");
  facts.speed = "fast";
  CHECK(usd(table, facts, tokens) == "30.18");
  facts.inference_geo = "us";
  CHECK(usd(table, facts, tokens) == "33.198");
  facts.speed = "standard";
  CHECK(usd(table, facts, tokens) == "5.533");
  facts.service_tier = "priority";
  CHECK(usd(table, facts, tokens) == "11.033");
  facts.inference_geo = "global";
  CHECK(usd(table, facts, tokens) == "10.03");
  facts.speed = "us";
  CHECK(usd(table, facts, tokens) == "10.03");
}

TEST_CASE("a multiplier that a model lacks is none", "[price_table]") {
  const auto table = model_of(kPlain);
  PriceFacts facts = facts_of("m");
  facts.speed = "fast";
  facts.inference_geo = "us";
  CHECK(rate(table, facts, &TokenCounts::input) == "3.0");
}

TEST_CASE("web searches cost only where they have a price", "[price_table]") {
  TokenCounts searches;
  searches.web_search_requests = 1000;
  CHECK(usd(model_of(kPlain), facts_of("m"), searches) == "0.0");
  CHECK(usd(model_of(R"({"input":1,"output":1,"webSearchRequest":0.01})"), facts_of("m"),
            searches) == "10.0");
}

TEST_CASE("the greatest sums stay exact", "[price_table]") {
  const auto table = model_of(R"({"input":1000000,"output":1000000,"webSearchRequest":1000,
      "multipliers":{"fast":100,"us":100}})");
  PriceFacts facts = facts_of("m");
  facts.speed = "fast";
  facts.inference_geo = "us";
  constexpr int64_t kMost = INT64_MAX;
  CHECK(usd(table, facts, {kMost, kMost, 0, kMost, kMost, kMost, kMost}) ==
        "92694888970390496860350000.0");
}

TEST_CASE("a model without a price is unpriced", "[price_table]") {
  const PriceTable& table = PriceTable::embedded();
  PriceFacts facts;
  facts.source = "codex";
  CHECK(usd(table, facts, {}) == "unpriced");
  CHECK(usd(table, facts_of(""), {}) == "unpriced");
  CHECK(usd(table, facts_of("no-such-model"), {1, 1, 0, 0, 0, 0, 0}) == "unpriced");
  CHECK(usd(table, facts_of("claude-opus-4-6"), {}) == "0.0");
}

TEST_CASE("never a sibling's price", "[price_table]") {
  for (const char* name : {"gpt-5.9",
                           "gpt-5.4-turbo",
                           "gpt-5-4",
                           "claude-opus-4-6-mini",
                           "claude-opus",
                           "claude-opus-4",
                           "claude-3-5-sonnet",
                           "claude",
                           "claude-opus-4-6:free",
                           "claude-sonnet-5-5",
                           "gpt-5.4-v2",
                           "deepseek-v4",
                           "<synthetic>",
                           "anthropic",
                           "openai/",
                           "claude-opus-4-6-2026",
                           "claude-opus-4-60",
                           "opus",
                           "claude-sonnet-4-5@default",
                           "gpt"}) {
    CAPTURE(name);
    CHECK(found(name) == "unpriced");
    CHECK(rules(name).empty());
  }
}

TEST_CASE("each naming rule finds its model and is recorded", "[price_table]") {
  struct Case {
    const char* name;
    const char* model;
    Rules rules;
  };
  const Case cases[] = {
      {"claude-opus-4-6", "anthropic/claude-opus-4-6", {"exact"}},
      {"codex-auto-review", "openai/codex-auto-review", {"exact"}},
      {"accounts/fireworks/models/glm-5.2", "alibaba/glm-5.2", {"synthetic-prefix"}},
      {"openai/gpt-5", "openai/gpt-5", {"provider-prefix"}},
      {"openrouter/anthropic/claude-opus-5",
       "anthropic/claude-opus-5",
       {"provider-prefix", "provider-prefix"}},
      {"claude-opus-4-6[1m]", "anthropic/claude-opus-4-6", {"context-suffix"}},
      {"us.anthropic.claude-sonnet-4-5-20250929-v1:0",
       "anthropic/claude-sonnet-4-5-20250929",
       {"bedrock"}},
      {"anthropic.claude-3-5-sonnet-20241022-v2:0",
       "anthropic/claude-3-5-sonnet-20241022",
       {"bedrock"}},
      {"claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5-20250929", {"vertex-date"}},
      {"claude-opus-5-20260901", "anthropic/claude-opus-5", {"drop-date"}},
      {"gpt-5.3-codex-2026-02-05", "openai/gpt-5.3-codex", {"drop-date"}},
      {"claude-opus-4-6-latest", "anthropic/claude-opus-4-6", {"drop-latest"}},
      {"claude-3-5-haiku-latest", "anthropic/claude-3-5-haiku-latest", {"exact"}},
      {"claude-sonnet-4.5", "anthropic/claude-sonnet-4-5", {"claude-version"}},
      {"anthropic/claude-sonnet-4.5",
       "anthropic/claude-sonnet-4-5",
       {"provider-prefix", "claude-version"}},
      {"claude-3.5-sonnet-20240620", "anthropic/claude-3-5-sonnet-20240620", {"claude-version"}},
      {"GPT-5", "openai/gpt-5", {"any-case"}},
      {"CLAUDE-SONNET-4.5", "anthropic/claude-sonnet-4-5", {"claude-version", "any-case"}},
      {"US.Anthropic.Claude-Opus-4-5-20251101-V1:0",
       "anthropic/claude-opus-4-5-20251101",
       {"bedrock", "any-case"}},
      {"us.anthropic.claude-opus-4-6-v1[1m]",
       "anthropic/claude-opus-4-6",
       {"context-suffix", "bedrock"}},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.name);
    CHECK(found(expected.name) == expected.model);
    CHECK(rules(expected.name) == expected.rules);
  }
}

TEST_CASE("a dated model keeps its own price in any case", "[price_table]") {
  CHECK(found("gpt-4o-2024-05-13") == "openai/gpt-4o-2024-05-13");
  CHECK(found("GPT-4O-2024-05-13") == "openai/gpt-4o-2024-05-13");
}

TEST_CASE("an alias stands back behind the name itself", "[price_table]") {
  const auto without = table_of(R"("openai":{"gpt-5.2-codex":[{"input":1,"output":1}]})");
  CHECK(found_model(without, "codex", "codex-auto-review") == "openai/gpt-5.2-codex");
  CHECK(without.find("codex", "codex-auto-review").rules == Rules{"alias"});
  CHECK(without.find("opencode", "openai/codex-auto-review").rules ==
        Rules{"provider-prefix", "alias"});
}

TEST_CASE("of several providers the one that the turn speaks for is taken", "[price_table]") {
  const std::string m = R"(:{"m":[{"input":1,"output":1}]})";
  const auto table = table_of("\"zai\"" + m + ",\"alibaba\"" + m + ",\"openai\"" + m +
                              ",\"anthropic\"" + m + ",\"xai\"" + m + ",\"google\"" + m);
  CHECK(found_model(table, "claude-code", "m") == "anthropic/m");
  CHECK(found_model(table, "codex", "m") == "openai/m");
  CHECK(found_model(table, "opencode", "m") == "anthropic/m");
  CHECK(found_model(table, "opencode", "zai/m") == "zai/m");
  CHECK(found_model(table, "opencode", "ZAI/m") == "zai/m");
  CHECK(found_model(table, "opencode", "openrouter/xai/m") == "xai/m");
  CHECK(found_model(table, "opencode", "openrouter/m") == "anthropic/m");
  CHECK(found_model(table, "codex", "zai/m") == "openai/m");

  const auto others = table_of("\"zai\"" + m + ",\"alibaba\"" + m + ",\"xai\"" + m);
  CHECK(found_model(others, "codex", "m") == "xai/m");
  const auto rest = table_of("\"zai\"" + m + ",\"alibaba\"" + m);
  CHECK(found_model(rest, "codex", "m") == "alibaba/m");
  CHECK(found_model(rest, "codex", "zai/m") == "zai/m");
  CHECK(found("zai/glm-5.2", "opencode") == "zai/glm-5.2");
}

TEST_CASE("names that a list writes in capitals or with dots are found", "[price_table]") {
  const auto table = table_of(
      R"("a":{"MiniMax-M2":[{"input":1,"output":1}],"claude-x-4.5":[{"input":1,"output":1}]})");
  CHECK(found_model(table, "opencode", "minimax-m2") == "a/MiniMax-M2");
  CHECK(found_model(table, "opencode", "claude-x-4-5") == "a/claude-x-4.5");
}

TEST_CASE("bad rates are refused with file, line and model", "[price_table]") {
  CHECK(problem_of_span(R"({"input":-1,"output":1})") ==
        "p.json:3: a/m: input must be a number from 0 to 1000000 with at most 6 decimals, got -1");
  CHECK(problem_of_span("{\"input\":1,\n\"output\":0.0000001}") ==
        "p.json:4: a/m: output must be a number from 0 to 1000000 with at most 6 decimals, got "
        "0.0000001");
  CHECK(problem_of_span(R"({"input":"3","output":1})") ==
        "p.json:3: a/m: expected a number for input, got a string");
  CHECK(problem_of_span(R"({"input":null,"output":1})") ==
        "p.json:3: a/m: expected a number for input, got null");
  CHECK(problem_of_span(R"({"input":1e30,"output":1})").find("got 1e30") != std::string::npos);
  CHECK(problem_of_span(R"({"input":1})") == "p.json:3: a/m: a price needs input and output");
  CHECK(problem_of_span(R"({"input":1,"output":1,"webSearchRequest":0.0000000000001})")
            .find("12 decimals") != std::string::npos);
}

TEST_CASE("prices that a multiplier would split are refused", "[price_table]") {
  const std::string problem =
      "p.json:3: a/m: a price of 1 picodollars is not whole after its multipliers";
  const auto with = [](const std::string& rest) {
    return problem_of_span(R"({"input":1,"output":1,)" + rest + "}");
  };
  CHECK(with(R"("cacheRead":0.000001,"multipliers":{"us":1.1})") == problem);
  CHECK(with(R"("cacheRead":0.000001,"multipliers":{"fast":1.5})") == problem);
  CHECK(with(R"("webSearchRequest":0.000000000001,"multipliers":{"us":1.1})") == problem);
  CHECK(with(R"("tiers":[{"aboveContextTokens":1,"output":0.000001}],"multipliers":{"us":1.1})") ==
        problem);
  CHECK(with(R"("serviceTiers":{"flex":{"output":0.000001}},"multipliers":{"us":1.1})") == problem);
  // Whole after each, not after both.
  CHECK(with(R"("cacheRead":0.000002,"multipliers":{"fast":1.5,"us":1.5})") != "accepted");
  CHECK(with(R"("cacheRead":0.000004,"multipliers":{"fast":1.5,"us":1.5})") == "accepted");
  CHECK(with(R"("cacheRead":0.000001,"multipliers":{"fast":6.0,"us":2})") == "accepted");
}

TEST_CASE("lists that contradict themselves are refused", "[price_table]") {
  const auto span = [](const std::string& rest) {
    return problem_of_span(R"({"input":1,"output":1)" + rest + "}");
  };
  CHECK(span(R"(},{"input":2,"output":2)") == "p.json:3: a/m: two prices begin on one date");
  CHECK(span(R"(,"from":"2026-01-01"},)"
             "\n"
             R"({"input":2,"output":2,"from":"2026-01-01")") ==
        "p.json:4: a/m: two prices begin on one date");
  CHECK(span(R"(,"input":2)") == "p.json:3: a/m: input is stated twice");
  CHECK(span(R"(,"tiers":[{"aboveContextTokens":5},{"aboveContextTokens":5}])") ==
        "p.json:3: a/m: two tiers begin at one context size");
  CHECK(problem_of_span("") == "p.json:2: a/m: the model has no price");
  const std::string m = R"("m":[{"input":1,"output":1}])";
  const auto providers = [](const std::string& text) {
    return problem_of(R"({"snapshot":"s","providers":{)" + text + "}}");
  };
  CHECK(providers("\"a\":{" + m + "," + m + "}") == "p.json:1: a/m: the model is listed twice");
  CHECK(providers("\"a\":{" + m + "},\"a\":{}") == "p.json:1: a: the provider is listed twice");
}

TEST_CASE("wrong types and values are refused, unknown keys are not", "[price_table]") {
  const auto accepted = [](const std::string& rest) {
    return problem_of_span(R"({"input":1,"output":1,)" + rest + "}") == "accepted";
  };
  CHECK(accepted(R"("novelty":{"deep":[1,{"x":null}]},"reasoning":4)"));
  for (const char* rest : {R"("from":"2026-02-30")",
                           R"("from":"2026-7-28")",
                           R"("from":"2026-07-28T00:00:00Z")",
                           R"("from":"20260728xx")",
                           R"("from":20260728)",
                           R"("from":"")",
                           R"("tiers":{})",
                           R"("tiers":[1])",
                           R"("tiers":[{"input":1}])",
                           R"("tiers":[{"aboveContextTokens":1.5}])",
                           R"("tiers":[{"aboveContextTokens":-1}])",
                           R"("serviceTiers":[])",
                           R"("serviceTiers":{"flex":1})",
                           R"("serviceTiers":{"flex":{"input":"1"}})",
                           R"("multipliers":{"us":0})",
                           R"("multipliers":{"us":"1.1"})",
                           R"("multipliers":{"us":101})",
                           R"("multipliers":1)",
                           R"("webSearchRequest":true)",
                           R"("reasoning":"4")",
                           R"("cacheRead":01)",
                           R"("cacheRead":1.)",
                           R"("cacheRead":+1)"}) {
    CAPTURE(rest);
    CHECK_FALSE(accepted(rest));
  }
}

TEST_CASE("what is no price list is refused", "[price_table]") {
  for (const char* json : {"",
                           " ",
                           "[]",
                           "null",
                           "3",
                           "{",
                           "{}",
                           R"({"snapshot":"s"})",
                           R"({"providers":{}})",
                           R"({"snapshot":1,"providers":{}})",
                           R"({"snapshot":"s","providers":[]})",
                           R"({"snapshot":"s","providers":{"a":[]}})",
                           R"({"snapshot":"s","providers":{"a":{"m":{}}}})",
                           R"({"snapshot":"s","providers":{"a":{"m":[3]}}})",
                           R"({"snapshot":"s","providers":{}} x)",
                           R"({"snapshot":"s","providers":{},"note":nonsense})",
                           R"({"snapshot":"s","providers":{},"note":nulx})",
                           R"({"snapshot":"s","providers":{},"note":[1 2]})",
                           R"({"snapshot":"s","providers":{},"note":{"a":trux}})",
                           R"({"snapshot":"s","providers":{},"note":[{}})",
                           R"({"snapshot":"s","providers":{}}{})",
                           R"({"snapshot":"s","providers":{},"unit":"EUR per token"})",
                           "{\"snapshot\":\"\xff\"}",
                           R"({"snapshot":"s","providers":{"a":{"m":[{"input":1,"output":)",
                           R"({"snapshot":"s)"}) {
    CAPTURE(json);
    const std::string problem = problem_of(json);
    CHECK(problem != "accepted");
    CHECK(problem.rfind("p.json", 0) == 0);
  }
  CHECK(problem_of(R"({"snapshot":"s","providers":{}})") == "accepted");
  CHECK(problem_of("{\"snapshot\":\"s\",\n\"providers\":{\n\"a\" 3}}").rfind("p.json:3: ", 0) == 0);
}

TEST_CASE("a table can be moved", "[price_table]") {
  PriceTable first = model_of(kPlain);
  const PriceTable second = std::move(first);
  CHECK(found_model(second, "codex", "m") == "openai/m");
}

}  // namespace relayburn
