#include "core/report/build/compared.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/billing/amount.h"

namespace relayburn {
namespace {

Compared compared(std::string_view logged, std::string_view total) {
  Compared pair;
  pair.logged = parse_amount(logged, AmountUnit::Dollars).value();
  pair.total = parse_amount(total, AmountUnit::Dollars).value();
  return pair;
}

TEST_CASE("coverage is the share that is logged", "[compared]") {
  CHECK(compared("93.24", "110.29").coverage() == 845'408);
  CHECK(coverage_text(compared("93.24", "110.29"), 0) == "85 %");
  CHECK(coverage_text(compared("93.24", "110.29"), 1) == "84.5 %");
  CHECK(coverage_text(compared("0.001", "1"), 1) == "0.1 %");
  CHECK(coverage_text(compared("0", "1"), 1) == "0.0 %");
  CHECK(coverage_text(compared("3", "2"), 0) == "150 %");
  CHECK(format_usd(compared("3", "2").unlogged()) == "-1.0");
}

TEST_CASE("of nothing there is no share, and nothing is missing", "[compared]") {
  CHECK_FALSE(compared("1", "0").coverage());
  CHECK_FALSE(compared("1", "-1").coverage());
  CHECK_FALSE(compared("999999999999", "0.000000000001").coverage());
  CHECK(coverage_text(compared("1", "0"), 0) == "");
  CHECK(compared("0", "0").covers(1'000'000));
}

TEST_CASE("a bound is held exactly", "[compared]") {
  CHECK(compared("0.9", "1").covers(900'000));
  CHECK_FALSE(compared("0.899999999999", "1").covers(900'000));
}

TEST_CASE("the sentence of the overview", "[compared]") {
  Compared pair = compared("93.24", "1110.29");
  CHECK(stated_text(pair) == "logged $93.24 of $1,110.29 that the agents state (8 %)");
  pair.total_is_lower_bound = true;
  CHECK(stated_text(pair) == "logged $93.24 of ≥ $1,110.29 that the agents state (≤ 8 %)");
  pair.unpriced_turns = 1;
  CHECK(stated_text(pair) == "logged ≥ $93.24 of ≥ $1,110.29 that the agents state");
  pair.total_is_lower_bound = false;
  CHECK(stated_text(pair) == "logged ≥ $93.24 of $1,110.29 that the agents state (≥ 8 %)");
}

}  // namespace
}  // namespace relayburn
