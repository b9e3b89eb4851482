#include "core/pricing/price_feed.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

namespace relayburn {
namespace {

// "provider/model[ from][ since release]: price", a line each.
std::string text_of(const PriceFeed& feed) {
  std::string text;
  for (const ListedPrice& listed : feed.prices)
    text += listed.provider + "/" + listed.model + (listed.from.empty() ? "" : " from ") +
            listed.from + (listed.released.empty() ? "" : " since ") + listed.released + ": " +
            price_json(listed.price) + "\n";
  return text;
}

std::string read(const std::string& json) { return text_of(parse_price_feed(json)); }

std::string refusal(const std::string& json) {
  const PriceFeed feed = parse_price_feed(json);
  REQUIRE(feed.prices.empty());
  REQUIRE(feed.unusable.size() == 1);
  return feed.unusable[0].provider + "/" + feed.unusable[0].model + ": " + feed.unusable[0].problem;
}

std::string models_dev(const std::string& model) {
  return R"({"anthropic":{"id":"anthropic","models":{"m":)" + model + "}}}";
}

std::string litellm(const std::string& fields) {
  return R"({"m":{"litellm_provider":"anthropic","mode":"chat",)" + fields + "}}";
}

std::string own(const std::string& spans) {
  return R"({"snapshot":"2026-11-19","providers":{"acme":{"m":)" + spans + "}}}";
}

TEST_CASE("a list of our own form keeps dates, tiers, and what this version does not know") {
  CHECK(
      read(own(R"([{"output":2,"input":1.50,"reasoning":9},
    {"from":"2026-09-22","input":1,"output":2,"cacheRead":0.1,"cacheWrite5m":1.25,"cacheWrite1h":2,
     "webSearchRequest":0.01,"multipliers":{"us":1.1,"fast":2},
     "tiers":[{"aboveContextTokens":200000,"input":2,"output":3}],
     "serviceTiers":{"batch":{"input":0.5,"output":1,"tiers":[{"aboveContextTokens":200000,"input":1}]}},
     "peak":{"utcHours":[["01:00","04:00"]],"input":2},"new":null}])")) ==
      "acme/m: {\"input\":1.5,\"output\":2}\n"
      "acme/m from 2026-09-22: "
      R"({"input":1,"output":2,"cacheRead":0.1,"cacheWrite5m":1.25,"cacheWrite1h":2,)"
      R"("webSearchRequest":0.01,"multipliers":{"fast":2,"us":1.1},)"
      R"("tiers":[{"aboveContextTokens":200000,"input":2,"output":3}],)"
      R"("serviceTiers":{"batch":{"input":0.5,"output":1,"tiers":[{"aboveContextTokens":200000,"input":1}]}},)"
      R"("new":null,"peak":{"utcHours":[["01:00","04:00"]],"input":2}})"
      "\n");
}

TEST_CASE("models.dev: rates, tiers, release date, and modes as tier or factor") {
  CHECK(
      read(models_dev(R"({"release_date":"2026-09","cost":{"input":5,"output":25.0,
    "cache_read":0.5,"cache_write":6.25,"reasoning":30,"input_audio":9,
    "tiers":[{"input":10,"output":37.5,"tier":{"type":"context","size":272000}}],
    "context_over_200k":{"input":10,"output":37.5}},
    "experimental":{"modes":{"fast":{"cost":{"input":10,"output":50,"cache_read":1,"cache_write":12.5},
      "provider":{"body":{"speed":"fast"}}}}}})")) ==
      R"(anthropic/m since 2026-09-01: {"input":5,"output":25,"cacheRead":0.5,"cacheWrite5m":6.25,)"
      R"("multipliers":{"fast":2},"tiers":[{"aboveContextTokens":272000,"input":10,"output":37.5}]})"
      "\n");
  const std::string gpt = R"({"openai":{"id":"openai","models":{"g":{"cost":{"input":5,"output":30},
    "experimental":{"modes":{"fast":{"cost":{"input":12.5,"output":75},
      "provider":{"body":{"service_tier":"priority"}}}}}}}}})";
  CHECK(read(gpt) ==
        R"(openai/g: {"input":5,"output":30,"serviceTiers":{"fast":{"input":12.5,"output":75},)"
        R"("priority":{"input":12.5,"output":75}}})"
        "\n");
}

TEST_CASE(
    "models.dev: a speed that is no one factor is left out, a bound without a size is vague") {
  const PriceFeed feed = parse_price_feed(models_dev(R"({"cost":{"input":5,"output":25,
    "context_over_200k":{"input":10,"output":30}},"experimental":{"modes":{"fast":{"cost":{"input":10,
    "output":75},"provider":{"body":{"speed":"fast"}}}}}})"));
  CHECK(
      price_json(feed.prices.at(0).price) ==
      R"({"input":5,"output":25,"tiers":[{"aboveContextTokens":200000,"input":10,"output":30}]})");
  CHECK(feed.prices[0].has_vague_tier);
}

TEST_CASE("models.dev: makers only, and models without a price not at all") {
  CHECK(read(R"({"openrouter":{"id":"openrouter","models":{"x":{"cost":{"input":1,"output":1}}}},
    "zai":{"id":"zai","models":{"glm":{"cost":{"input":1,"output":2}},"free":{}}}})") ==
        "zai/glm: {\"input\":1,\"output\":2}\n");
}

TEST_CASE("LiteLLM: rates a token are exact, and their keys name tiers") {
  CHECK(
      read(litellm(R"("input_cost_per_token":2.5e-07,"output_cost_per_token":1.25E-6,
    "cache_read_input_token_cost":2.5e-08,"cache_creation_input_token_cost":3.125e-07,
    "cache_creation_input_token_cost_above_1hr":5e-07,
    "cache_creation_input_token_cost_above_1hr_above_200k_tokens":1e-06,
    "input_cost_per_token_above_200k_tokens":0.0000005,
    "input_cost_per_token_priority":5e-07,"output_cost_per_token_priority":2.5e-06,
    "input_cost_per_token_above_200k_tokens_priority":1e-06,
    "input_cost_per_token_batches":1.25e-07,"output_cost_per_token_batches":6.25e-07,
    "input_cost_per_audio_token":9,"input_cost_per_token_cache_hit":9,"output_cost_per_token_flex":null,
    "search_context_cost_per_query":{"search_context_size_low":0.03,"search_context_size_medium":0.035},
    "provider_specific_entry":{"us":1.1,"fast":6.0})")) ==
      R"(anthropic/m: {"input":0.25,"output":1.25,"cacheRead":0.025,"cacheWrite5m":0.3125,"cacheWrite1h":0.5,)"
      R"("webSearchRequest":0.035,)"
      R"("tiers":[{"aboveContextTokens":200000,"input":0.5,"cacheWrite1h":1}],)"
      R"("serviceTiers":{"batch":{"input":0.125,"output":0.625},)"
      R"("priority":{"input":0.5,"output":2.5,"tiers":[{"aboveContextTokens":200000,"input":1}]}}})"
      "\n");
}

TEST_CASE("LiteLLM: ranges, providers' other names, and what no agent logs") {
  CHECK(
      read(R"({"sample_spec":{"litellm_provider":"one of","mode":"one of"},"last_updated":"x",
    "dashscope/q":{"litellm_provider":"dashscope","mode":"chat","tiered_pricing":[
      {"range":[0,256000.0],"input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
      {"range":[256000.0,1000000.0],"input_cost_per_token":3e-06,"output_cost_per_token":4e-06}]},
    "gemini/g":{"litellm_provider":"gemini","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
    "g":{"litellm_provider":"vertex_ai-language-models","mode":"chat","input_cost_per_token":9e-06,"output_cost_per_token":9e-06},
    "deepseek/d":{"litellm_provider":"deepseek","input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
    "d":{"litellm_provider":"deepseek","input_cost_per_token":5e-06,"output_cost_per_token":5e-06},
    "hd/1024/p":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06},
    "e":{"litellm_provider":"openai","mode":"embedding","input_cost_per_token":1e-06,"output_cost_per_token":0}})") ==
      R"(alibaba/q: {"input":1,"output":2,"tiers":[{"aboveContextTokens":256000,"input":3,"output":4}]})"
      "\ndeepseek/d: {\"input\":1,\"output\":2}\ngoogle/g: {\"input\":1,\"output\":2}\n");
}

TEST_CASE("what is nonsense in a model is named, and the others stand") {
  CHECK(refusal(models_dev(R"({"cost":{"input":-3,"output":1}})")) ==
        "anthropic/m: input is negative: -3");
  CHECK(refusal(models_dev(R"({"cost":{"input":"NaN","output":1}})")) ==
        "anthropic/m: input is no number: \"NaN\"");
  CHECK(refusal(models_dev(R"({"cost":{"input":[1],"output":1}})")) ==
        "anthropic/m: input is no number: [1]");
  CHECK(refusal(models_dev(R"({"cost":{"input":1}})")) ==
        "anthropic/m: cost has no input or no output");
  CHECK(refusal(models_dev(R"({"cost":{"input":1e99,"output":1}})")).find("too great") !=
        std::string::npos);
  CHECK(refusal(litellm(R"("input_cost_per_token":3e-13,"output_cost_per_token":1e-06)"))
            .find("more than 12 decimals: 3e-13") != std::string::npos);
  CHECK(refusal(litellm(R"("input_cost_per_token":1e-06,"output_cost_per_token":true)")) ==
        "anthropic/m: output_cost_per_token is no number: true");
  CHECK(refusal(own(R"([{"input":1,"output":2},{"from":"soon","input":1,"output":2}])")) ==
        "acme/m: from is no date");
  CHECK(refusal(own(R"([{"input":1,"output":2},{"input":2,"output":2}])")) ==
        "acme/m: the list states several prices for it");
  const PriceFeed feed = parse_price_feed(
      R"({"zai":{"id":"zai","models":{"bad":{"cost":{"input":-1,"output":1}},"a b":{"cost":{"input":1,"output":1}},
          "good":{"cost":{"input":1,"output":1}}}}})");
  CHECK(text_of(feed) == "zai/good: {\"input\":1,\"output\":1}\n");
  CHECK(feed.unusable.size() == 2);
}

TEST_CASE("what is no JSON, or no list of prices, is refused as a whole") {
  for (const char* text :
       {"", "  ", "<html>", "{", "[1,2", "{\"a\":NaN}", "{\"a\":01}", "{\"a\":1.}", "{} {}",
        "{\"zai\":{\"id\":\"zai\",\"models\":{\"m\":{\"cost\":{\"input\":NaN,\"output\":1}}}}}",
        "\xff", "{\"a\":tru}", "{\"a\":nul}"})
    CHECK_THROWS_AS(parse_price_feed(text), Error);
  CHECK_THROWS_WITH(parse_price_feed("{\"a\":"), "it is not valid JSON");
  for (const char* text : {"{}", "[]", "{\"a\":{\"models\":[]}}", "{\"providers\":{}}"})
    CHECK_THROWS_WITH(parse_price_feed(text), "it is no list of prices that we know");
  CHECK_THROWS_WITH(parse_price_feed(std::string(100'000, '[')), "it is not valid JSON");
}

}  // namespace
}  // namespace relayburn
