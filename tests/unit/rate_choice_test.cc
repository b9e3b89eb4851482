#include <catch2/catch.hpp>

#include "tests/unit/price_lists.h"

namespace relayburn {
namespace {

constexpr TokenCounts kMillionOut{0, 1'000'000, 0, 0, 0, 0, 0};

std::vector<std::string> terms(const PriceTable& table, const PriceFacts& facts) {
  return table.apply(facts)->unpriced_terms;
}

const char* const kTiered = R"({"input":4,"output":20,"tiers":[
    {"aboveContextTokens":272000,"input":8,"output":30}],"serviceTiers":{
    "priority":{"input":8,"output":40,"tiers":[{"aboveContextTokens":272000,"output":60}]},
    "batch":{"input":2,"output":10}}})";

}  // namespace

TEST_CASE("a service tier's own tiers hold above their bound", "[rate_choice]") {
  const auto table = model_of(kTiered);
  PriceFacts facts = facts_of("m", "codex");
  facts.service_tier = "priority";
  CHECK(usd(table, facts, kMillionOut) == "40.0");
  facts.context_side = 1;
  CHECK(usd(table, facts, kMillionOut) == "60.0");
  CHECK(table.apply(facts)->above_tokens == 272'000);
  CHECK(table.apply(facts)->service_tier == "priority");
  // What the tier above the bound leaves out is the service tier's, not the span's.
  CHECK(usd(table, facts, {1'000'000, 0, 0, 0, 0, 0, 0}) == "8.0");
  facts.service_tier = "batch";
  CHECK(usd(table, facts, kMillionOut) == "30.0");
  CHECK_FALSE(table.apply(facts)->service_tier);
}

TEST_CASE("what a call states and no list prices is named", "[rate_choice]") {
  using Terms = std::vector<std::string>;
  const auto table = model_of(R"({"input":4,"output":20,"multipliers":{"us":1.1},
      "serviceTiers":{"flex":{"input":2,"output":10}}})");
  PriceFacts facts = facts_of("m");
  for (const char* usual : {"", "standard", "default", "auto"}) {
    facts.service_tier = usual;
    CHECK(terms(table, facts).empty());
  }
  facts.service_tier = "flex";
  CHECK(terms(table, facts).empty());
  facts.service_tier = "ultra";
  CHECK(terms(table, facts) == Terms{"service tier ultra"});
  CHECK(usd(table, facts, kMillionOut) == "20.0");
  facts.service_tier = std::nullopt;
  for (const char* usual : {"", "global", "not_available"}) {
    facts.inference_geo = usual;
    CHECK(terms(table, facts).empty());
  }
  facts.inference_geo = "us";
  facts.speed = "standard";
  CHECK(terms(table, facts).empty());
  facts.inference_geo = "mars";
  facts.speed = "fast";
  CHECK(terms(table, facts) == Terms{"speed fast", "inference geography mars"});
  facts.speed = "turbo";
  CHECK(terms(table, facts).front() == "speed turbo");
}

TEST_CASE("a subscription pays an agent's own rates", "[rate_choice]") {
  const auto table = model_of(R"({"input":10,"output":50,"tiers":[
      {"aboveContextTokens":272000,"output":75}],"serviceTiers":{"fast":{"input":20,"output":100,
      "tiers":[{"aboveContextTokens":272000,"output":150}]}},
      "agents":{"codex":{"input":10,"output":40}}})");
  PriceFacts facts = facts_of("m", "codex");
  facts.context_side = 1;
  CHECK(usd(table, facts, kMillionOut) == "75.0");
  facts.plan = "pro";
  CHECK(usd(table, facts, kMillionOut) == "40.0");
  CHECK(table.apply(facts)->is_plan);
  facts.service_tier = "fast";  // a plan has no dearer rate for a long context
  CHECK(usd(table, facts, kMillionOut) == "100.0");
  facts.source = "opencode";
  CHECK(usd(table, facts, kMillionOut) == "150.0");
}

TEST_CASE("peak hours have their own rates", "[rate_choice]") {
  const auto table = model_of(R"({"input":1,"output":2,"peak":{"utcHours":[["01:00","04:00"],
      ["22:15","24:00"]],"days":"mon-fri","exceptDates":["2026-10-01"],"input":2,"output":4}})");
  PriceFacts facts = facts_of("m");
  CHECK(table.apply(facts)->open_peak != nullptr);
  const auto at = [&](const char* time) {
    facts.quarter = parse_instant(time);
    CHECK(table.apply(facts)->open_peak == nullptr);
    return usd(table, facts, kMillionOut);
  };
  CHECK(at("2026-09-30T00:45:00Z") == "2.0");
  CHECK(at("2026-09-30T01:00:00Z") == "4.0");
  CHECK(at("2026-09-30T03:45:00Z") == "4.0");
  CHECK(at("2026-09-30T04:00:00Z") == "2.0");
  CHECK(at("2026-09-30T22:15:00Z") == "4.0");
  CHECK(at("2026-09-30T23:45:00Z") == "4.0");
  CHECK(at("2026-10-01T02:00:00Z") == "2.0");  // excepted
  CHECK(at("2026-10-02T02:00:00Z") == "4.0");  // a Friday
  CHECK(at("2026-10-03T02:00:00Z") == "2.0");
  CHECK(at("1969-12-31T02:00:00Z") == "4.0");  // a Wednesday
}

TEST_CASE("a name with -fast is the fast mode of its model", "[rate_choice]") {
  const auto table = table_of(R"("anthropic":{"claude-4-1":[{"input":5,"output":25,
      "multipliers":{"fast":2}}],"claude-y-1":[{"input":5,"output":25}]},
      "openai":{"gpt-x":[{"input":5,"output":30,"serviceTiers":{"fast":{"input":12.5,"output":75}}}]},
      "xai":{"grok-fast":[{"input":1,"output":3}]})");
  CHECK(usd(table, facts_of("claude-4-1-fast", "opencode"), kMillionOut) == "50.0");
  CHECK(usd(table, facts_of("openrouter/anthropic/claude-4.1-fast"), kMillionOut) == "50.0");
  CHECK(usd(table, facts_of("gpt-x-fast", "opencode"), kMillionOut) == "75.0");
  CHECK(usd(table, facts_of("grok-fast", "opencode"), kMillionOut) == "3.0");
  CHECK(usd(table, facts_of("claude-y-1-fast"), kMillionOut) == "unpriced");
  CHECK(usd(table, facts_of("-fast"), kMillionOut) == "unpriced");
}

TEST_CASE("what runs on one's own machine costs nothing and is named so", "[rate_choice]") {
  const auto table = table_of(R"("alibaba":{"qwen3":[{"input":1,"output":3}]})");
  for (const char* model : {"lmstudio/qwen3", "ollama/qwen3", "llama.cpp/any/thing.gguf"}) {
    CHECK(usd(table, facts_of(model, "opencode"), kMillionOut) == "0.0");
    CHECK(table.apply(facts_of(model, "opencode"))->provider == "local");
  }
  CHECK(usd(table, facts_of("qwen3", "opencode"), kMillionOut) == "3.0");
  CHECK(usd(table, facts_of("ollama", "opencode"), kMillionOut) == "unpriced");
}

TEST_CASE("who makes a model goes before who resells it", "[rate_choice]") {
  const auto table = table_of(R"("alibaba":{"glm-5":[{"input":2,"output":4}]},
      "zai":{"glm-5":[{"input":1,"output":3}]}, "opencode":{"glm-5":[{"input":9,"output":9}]})");
  for (const char* model : {"glm-5", "zai-coding-plan/glm-5", "openrouter/z-ai/glm-5"})
    CHECK(found_model(table, "opencode", model) == "zai/glm-5");
  CHECK(found_model(table, "opencode", "alibaba/glm-5") == "alibaba/glm-5");
}

TEST_CASE("learned prices come on top of the bundled ones by date", "[rate_choice]") {
  const auto base = table_of(R"("a":{"m":[{"input":1,"output":1},
      {"from":"2026-03-01","input":3,"output":3}]})");
  std::vector<std::string> problems;
  const auto table = base.with_learned({{"a", "m", "2026-02-01", R"({"input":2,"output":2})"},
                                        {"a", "m", "2026-03-01", R"({"input":4,"output":4})"},
                                        {"b", "new", std::nullopt, R"({"input":7,"output":7})"},
                                        {"b", "odd", std::nullopt, R"({"input":-1,"output":7})"},
                                        {"b", "odd", "soon", R"({"input":1,"output":7})"},
                                        {"b", "odd", std::nullopt, "[]"}},
                                       problems);
  const auto at = [&](const char* model, const char* day) {
    PriceFacts facts = facts_of(model);
    const Instant noon = *parse_instant(std::string(day) + "T12:00:00Z");
    for (const Instant bound : table.span_bounds()) facts.span_side += bound <= noon;
    return usd(table, facts, kMillionOut);
  };
  CHECK(at("m", "2026-01-31") == "1.0");
  CHECK(at("m", "2026-02-01") == "2.0");
  CHECK(at("m", "2026-02-28") == "2.0");
  CHECK(at("m", "2026-03-01") == "4.0");
  CHECK(at("new", "2020-01-01") == "7.0");
  CHECK(table.has_learned());
  CHECK(problems.size() == 3);
  CHECK(table.find("", "odd").price == nullptr);
  CHECK(table.find("", "m").price->spans[1].origin == PriceOrigin::Ledger);
}

}  // namespace relayburn
