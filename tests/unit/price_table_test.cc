#include "core/pricing/price_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>

#include "core/sql/usage_summary.h"
#include "tests/unit/price_lists.h"

namespace relayburn {
namespace {

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

const char* const kPlain = R"({"input":3,"output":15,"cacheRead":0.3,"cacheWrite5m":3.75})";

}  // namespace

TEST_CASE("the classes of tokens add up to the cost", "[price_table]") {
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
  CHECK(table.snapshot() == "2026-11-19");
  CHECK(std::is_sorted(table.span_bounds().begin(), table.span_bounds().end()));
  CHECK(std::is_sorted(table.context_bounds().begin(), table.context_bounds().end()));
  CHECK(table.context_bounds().size() >= 3);
  PriceFacts opus = facts_of("claude-opus-4-6");
  CHECK(usd(table, opus, {1000, 500, 0, 20'000, 2000, 0, 0}) == "0.04");
  opus.speed = "fast";
  opus.inference_geo = "us";
  CHECK(usd(table, opus, {1000, 500, 0, 20'000, 2000, 0, 0}) == "0.264");
}

TEST_CASE("the summary divides turns wherever the embedded list does", "[price_table]") {
  for (const int64_t bound : PriceTable::embedded().context_bounds())
    CHECK(std::binary_search(kUsualContextBounds.begin(), kUsualContextBounds.end(), bound));
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

TEST_CASE("above the context bound a service tier without tiers does not exist", "[price_table]") {
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
  CHECK(output_at("priority", 1) == "45.0");
  CHECK(output_at("flex", 1) == "45.0");
  CHECK(rate(table, facts, &TokenCounts::cache_read) == "1.0");
  CHECK(output_at("flex", 0) == "15.0");
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

TEST_CASE("multipliers scale tokens and never searches", "[price_table]") {
  const auto table = model_of(R"({"input":5,"output":25,"webSearchRequest":0.01,
      "multipliers":{"fast":6.0,"us":1.1},"serviceTiers":{"priority":{"input":10}}})");
  PriceFacts facts = facts_of("m");
  TokenCounts tokens{1'000'000, 0, 0, 0, 0, 0, 3};
  CHECK(usd(table, facts, tokens) == "5.03");
  facts.speed = "fast";
  CHECK(usd(table, facts, tokens) == "30.03");
  facts.inference_geo = "us";
  CHECK(usd(table, facts, tokens) == "33.03");
  facts.speed = "standard";
  CHECK(usd(table, facts, tokens) == "5.53");
  facts.service_tier = "priority";
  CHECK(usd(table, facts, tokens) == "11.03");
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

TEST_CASE("a web search costs the provider's fee whatever the model", "[price_table]") {
  TokenCounts searches;
  searches.web_search_requests = 1000;
  CHECK(usd(model_of(kPlain), facts_of("m"), searches) == "0.0");
  const auto table = table_of(R"("anthropic":{"m":[{"input":1,"output":1}],
      "n":[{"input":1,"output":1,"webSearchRequest":0.01}]},"openai":{"o":[{"input":1,"output":1}]})");
  CHECK(usd(table, facts_of("m"), searches) == "10.0");
  CHECK(usd(table, facts_of("o"), searches) == "0.0");
  CHECK(format_usd(table.search_fee("claude-code", std::nullopt)) == "0.01");
  CHECK(format_usd(table.search_fee("claude-code", "unheard-of")) == "0.01");
  CHECK(format_usd(table.search_fee("codex", std::nullopt)) == "0.0");
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
        "470391973879593566157000.0");  // multipliers are not for searches
}

TEST_CASE("a table can be moved", "[price_table]") {
  PriceTable first = model_of(kPlain);
  const PriceTable second = std::move(first);
  CHECK(found_model(second, "codex", "m") == "openai/m");
}

}  // namespace relayburn
