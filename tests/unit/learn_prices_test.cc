#include "core/pricing/learn_prices.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

namespace relayburn {
namespace {

constexpr const char* kToday = "2026-11-28";

KnownPrices known(const std::string& providers, const std::vector<LearnedPrice>& learned = {}) {
  return KnownPrices::of_list(R"({"snapshot":"2026-11-19","providers":{)" + providers + "}}",
                              learned);
}

KnownPrices known_model(const std::string& span, const std::string& provider = "anthropic") {
  return known("\"" + provider + R"(":{"m":[)" + span + "]}");
}

PriceFeed models_dev(const std::string& models, const std::string& provider = "anthropic") {
  return parse_price_feed("{\"" + provider + R"(":{"id":"p","models":{)" + models + "}}}");
}

PriceFeed costing(const std::string& cost, const std::string& provider = "anthropic") {
  return models_dev(R"("m":{"release_date":"2026-01-01","cost":{)" + cost + "}}", provider);
}

PriceFeed own(const std::string& spans) {
  return parse_price_feed(R"({"snapshot":"2026-11-27","providers":{"anthropic":{"m":[)" + spans +
                          "]}}}");
}

// "provider/model from: rates", then the notes, a line each.
std::string text_of(const LearnedPrices& learned) {
  std::string text;
  for (const PriceChange& change : learned.changes) {
    text +=
        change.provider + "/" + change.model + " " + change.from_date + ": " + change.rates + "\n";
    for (const std::string& note : change.notes) text += "  " + note + "\n";
  }
  for (const UnusablePrice& refused : learned.refused)
    text += "refused " + refused.provider + "/" + refused.model + ": " + refused.problem + "\n";
  return text;
}

std::string learn(const KnownPrices& prices, const PriceFeed& feed, bool is_forced = false) {
  return text_of(learn_prices(prices, feed, {kToday, is_forced}));
}

TEST_CASE("a price that has changed holds from today on, one that has not is no record") {
  const KnownPrices prices = known_model(R"({"input":5,"output":25,"cacheRead":0.5})");
  CHECK(learn(prices, costing(R"("input":5,"output":25,"cache_read":0.50)")) == "");
  CHECK(learn(prices, costing(R"("input":5,"output":20,"cache_read":0.5)")) ==
        "anthropic/m 2026-11-28: {\"input\":5,\"output\":20,\"cacheRead\":0.5}\n");
  CHECK(learn(prices, costing(R"("input":5,"output":25,"cache_read":0.5,"cache_write":6.25)")) ==
        "anthropic/m 2026-11-28: "
        "{\"input\":5,\"output\":25,\"cacheRead\":0.5,\"cacheWrite5m\":6.25}\n");
}

TEST_CASE("it is compared with the price of today, learned ones included, not with a later one") {
  const std::string spans =
      R"({"input":5,"output":25},{"from":"2026-11-01","input":4,"output":20},)"
      R"({"from":"2026-12-01","input":9,"output":9})";
  CHECK(learn(known_model(spans), costing(R"("input":4,"output":20)")) == "");
  const KnownPrices prices =
      known("\"anthropic\":{\"m\":[" + spans + "]}",
            {{"anthropic", "m", "2026-11-20", R"({"input":3,"output":15})"},
             {"anthropic", "m", "2026-11-21", "junk"},
             {"anthropic", "m", "2026-11-22", R"({"input":-1,"output":1})"}});
  CHECK(learn(prices, costing(R"("input":3,"output":15)")) == "");
  CHECK(learn(prices, costing(R"("input":4,"output":20)")) ==
        "anthropic/m 2026-11-28: {\"input\":4,\"output\":20}\n");
}

TEST_CASE("a model without a price has it from its first day on, where the list states that") {
  const KnownPrices prices = known_model(R"({"input":5,"output":25})");
  const std::string m = R"("m":{"cost":{"input":5,"output":25}})";
  CHECK(learn(prices,
              models_dev(m + R"(,"n":{"release_date":"2026-11-20","cost":{"input":1,"output":2}},)"
                             R"("o":{"cost":{"input":1,"output":2}})")) ==
        "anthropic/n 2026-11-20: {\"input\":1,\"output\":2}\n"
        "anthropic/o 2026-11-28: {\"input\":1,\"output\":2}\n");
}

TEST_CASE("a name that the rules for names price already is no new model") {
  const KnownPrices prices = known(R"("anthropic":{"claude-m":[{"input":5,"output":25}]})");
  const auto dated = [](const std::string& cost) {
    return models_dev(R"("claude-m-20260101":{"release_date":"2026-01-01","cost":{)" + cost + "}}");
  };
  CHECK(learn(prices, dated(R"("input":5,"output":25)")) == "");
  CHECK(learn(prices, dated(R"("input":4,"output":20)")) ==
        "anthropic/claude-m-20260101 2026-11-28: {\"input\":4,\"output\":20}\n");
}

TEST_CASE("of our own list each price holds from its own date on") {
  const KnownPrices prices =
      known_model(R"({"input":5,"output":25},{"from":"2026-11-01","input":4,"output":20})");
  CHECK(learn(prices,
              own(R"({"input":5,"output":25},{"from":"2026-11-01","input":4,"output":20})")) == "");
  CHECK(learn(prices, own(R"({"from":"2026-10-01","input":5,"output":25})")) == "");
  CHECK(
      learn(
          prices,
          own(R"({"from":"2026-10-01","input":6,"output":25},{"from":"2027-01-01","input":1,"output":2})")) ==
      "anthropic/m 2026-10-01: {\"input\":6,\"output\":25}\n"
      "anthropic/m 2027-01-01: {\"input\":1,\"output\":2}\n");
  CHECK(learn(known(R"("anthropic":{"other":[{"input":1,"output":1}]})"),
              parse_price_feed(
                  R"({"snapshot":"x","providers":{"anthropic":{"other":[{"input":1,"output":1}],
                "m":[{"input":1,"output":2},{"from":"2026-11-01","input":3,"output":4}]}}})")) ==
        "anthropic/m : {\"input\":1,\"output\":2}\n"
        "anthropic/m 2026-11-01: {\"input\":3,\"output\":4}\n");
}

TEST_CASE("a price of our own list without a date changes no day of a model that has one") {
  const KnownPrices prices = known_model(R"({"input":5,"output":25})");
  CHECK(learn(prices, own(R"({"input":5,"output":25})")) == "");
  CHECK(learn(prices, own(R"({"input":4,"output":25})")) ==
        "refused anthropic/m: it has no date, and the model has another price from its first day "
        "on\n");
}

TEST_CASE("a price that comes back after one that was learned is learned too") {
  CHECK(learn(known_model(R"({"input":2,"output":4})"),
              own(R"({"input":2,"output":4},{"from":"2026-10-01","input":1,"output":2},)"
                  R"({"from":"2027-01-01","input":2,"output":4})")) ==
        "anthropic/m 2026-10-01: {\"input\":1,\"output\":2}\n"
        "anthropic/m 2027-01-01: {\"input\":2,\"output\":4}\n");
}

TEST_CASE("what a list does not state is taken over where the rates stay") {
  const std::string whole =
      R"("cacheWrite1h":8,"webSearchRequest":0.01,"multipliers":{"us":1.1},)"
      R"("tiers":[{"aboveContextTokens":200000,"input":10}],"serviceTiers":{"batch":{"input":2.5,"output":12.5}})";
  CHECK(learn(known_model(R"({"input":5,"output":25,)" + whole + "}"),
              costing(R"("input":5,"output":25,"cache_read":0.5)")) ==
        R"(anthropic/m 2026-11-28: {"input":5,"output":25,"cacheRead":0.5,)" + whole + "}\n");
}

TEST_CASE(
    "where rates change, what a list does not state keeps its ratio, or is dropped and said") {
  const KnownPrices prices = known_model(
      R"({"input":10,"output":50,"cacheRead":1,"cacheWrite1h":20,"webSearchRequest":0.01,"multipliers":{"fast":2},
      "tiers":[{"aboveContextTokens":200000,"input":20,"output":75,"cacheRead":2}],
      "serviceTiers":{"batch":{"input":5,"output":25,"cacheRead":0.5},
        "priority":{"input":20,"output":100,"tiers":[{"aboveContextTokens":200000,"input":40,"output":150}]},
        "odd":{"input":20,"output":60}},
      "peak":{"days":"mon-fri","input":20,"output":100},"agents":{"codex":{"input":10,"output":50,"cacheRead":0.9}}})");
  CHECK(
      learn(prices, costing(R"("input":8,"output":40,"cache_read":0.4)")) ==
      R"(anthropic/m 2026-11-28: {"input":8,"output":40,"cacheRead":0.4,"cacheWrite1h":16,"webSearchRequest":0.01,)"
      R"("multipliers":{"fast":2},"tiers":[{"aboveContextTokens":200000,"input":16,"output":60,"cacheRead":0.8}],)"
      R"("serviceTiers":{"batch":{"input":4,"output":20,"cacheRead":0.2},)"
      R"("priority":{"input":16,"output":80,"tiers":[{"aboveContextTokens":200000,"input":32,"output":120}]}},)"
      R"("agents":{"codex":{"input":8,"output":40,"cacheRead":0.36}},)"
      R"("peak":{"days":"mon-fri","input":16,"output":80}})"
      "\n  cacheWrite1h is not stated, and follows input\n  the service tier odd is dropped\n");
}

TEST_CASE("a vague context tier stands for the one that is known") {
  const KnownPrices prices = known_model(
      R"({"input":5,"output":30,"tiers":[{"aboveContextTokens":272000,"input":10,"output":45,"cacheRead":1}]})");
  CHECK(learn(prices,
              costing(R"("input":5,"output":30,"context_over_200k":{"input":10,"output":45})")) ==
        "");
  CHECK(
      learn(
          prices,
          costing(
              R"("input":5,"output":30,"tiers":[{"input":10,"output":45,"tier":{"size":200000}}])")) ==
      R"(anthropic/m 2026-11-28: {"input":5,"output":30,"tiers":[{"aboveContextTokens":200000,"input":10,"output":45}]})"
      "\n");
}

TEST_CASE("rates that are 1,000 times the old ones, or a thousandth, need force") {
  const KnownPrices prices = known_model(R"({"input":5,"output":25,"cacheWrite5m":0})");
  for (const char* cost : {R"("input":5000,"output":25)", R"("input":0.005,"output":25)",
                           R"("input":0,"output":25)"}) {
    CHECK(learn(prices, costing(cost)).find("refused anthropic/m: input would be $") == 0);
    CHECK(learn(prices, costing(cost), true).find("anthropic/m 2026-11-28: ") == 0);
  }
  CHECK(learn(prices, costing(R"("input":4999,"output":25,"cache_write":6)"))
            .find("anthropic/m 2026-11-28") == 0);
  CHECK(learn(prices, own(R"({"from":"2026-11-01","input":5,"output":25000})")).find("refused") ==
        0);
}

TEST_CASE("a price that reports could not use is refused, force or not") {
  const KnownPrices prices = known_model(R"({"input":5,"output":25,"multipliers":{"us":1.1}})");
  for (const bool is_forced : {false, true})
    CHECK(learn(prices, costing(R"("input":0.000003,"output":25)"), is_forced)
              .find("refused anthropic/m: ") == 0);
}

TEST_CASE("a list that lacks most of the models that are known needs force") {
  const KnownPrices prices = known(
      R"("anthropic":{"a":[{"input":1,"output":1}],"a-2026-01-01":[{"input":1,"output":1}],"b":[{"input":1,"output":1}]},
         "openai":{"c":[{"input":1,"output":1}],"d":[{"input":1,"output":1}]},
         "opencode":{"e":[{"input":1,"output":1}],"f":[{"input":1,"output":1}],"g":[{"input":1,"output":1}]})");
  const PriceFeed one = models_dev(R"("a-latest":{"cost":{"input":2,"output":1}})");
  CHECK_THROWS_WITH(learn(prices, one), "it has only 1 of 4 models that are known");
  CHECK(learn(prices, one, true) == "anthropic/a-latest 2026-11-28: {\"input\":2,\"output\":1}\n");
  CHECK(learn(prices,
              models_dev(
                  R"("a":{"cost":{"input":1,"output":1}},"b":{"cost":{"input":-1,"output":1}})")) ==
        "refused anthropic/b: input is negative: -1\n");
}

TEST_CASE("the bundled list teaches nothing to itself") {
  CHECK(KnownPrices::bundled({}).families().size() > 100);
  CHECK(KnownPrices::bundled({}).on("anthropic", "claude-opus-4-6", kToday) != nullptr);
}

}  // namespace
}  // namespace relayburn
