#include "core/pricing/money.h"

#include <catch2/catch.hpp>

#include "core/pricing/decimal.h"

namespace relayburn {
namespace {

constexpr Picodollars::Wide kDollar = 1'000'000'000'000;

std::string usd(Picodollars::Wide amount) { return format_usd(Picodollars{amount}); }
std::string cents(Picodollars::Wide amount) { return format_usd_cents(Picodollars{amount}); }

Picodollars::Wide greatest() {
  const Picodollars::Wide half = Picodollars::Wide{1} << 126;
  return half - 1 + half;
}

}  // namespace

TEST_CASE("dollars print as the shortest plain decimal", "[money]") {
  CHECK(usd(0) == "0.0");
  CHECK(usd(1) == "0.000000000001");
  CHECK(usd(28'500'000'000) == "0.0285");
  CHECK(usd(kDollar) == "1.0");
  CHECK(usd(kDollar * 10) == "10.0");
  CHECK(usd(kDollar * 1234 + kDollar / 2) == "1234.5");
  CHECK(usd(kDollar * 100 + 1) == "100.000000000001");
  CHECK(usd(-kDollar / 4) == "-0.25");
}

TEST_CASE("dollars print exactly at the ends of 128 bits", "[money]") {
  CHECK(usd(greatest()) == "170141183460469231731687303.715884105727");
  CHECK(usd(-greatest() - 1) == "-170141183460469231731687303.715884105728");
  CHECK(cents(greatest()) == "170,141,183,460,469,231,731,687,303.72");
  CHECK(cents(-greatest() - 1) == "-170,141,183,460,469,231,731,687,303.72");
}

TEST_CASE("amounts are rounded to the digits that are wanted", "[money]") {
  const Picodollars money{1'234'567'894'500'000};
  CHECK(format_usd_rounded(money, 1) == "1,234.6");
  CHECK(format_usd_rounded(money, 6) == "1,234.567895");
  CHECK(format_usd_rounded(money, kUsdDecimals) == "1,234.567894500000");
  CHECK(format_usd_rounded({1}, kUsdDecimals) == "0.000000000001");
  CHECK(format_usd_rounded({-1}, kUsdDecimals) == "-0.000000000001");
}

TEST_CASE("cents are rounded half up and grouped by thousands", "[money]") {
  CHECK(cents(0) == "0.00");
  CHECK(cents(kDollar / 200 - 1) == "0.00");
  CHECK(cents(kDollar / 200) == "0.01");
  CHECK(cents(kDollar - 1) == "1.00");
  CHECK(cents(kDollar * 999) == "999.00");
  CHECK(cents(kDollar * 1234 + kDollar / 2) == "1,234.50");
  CHECK(cents(kDollar * 1'234'567) == "1,234,567.00");
  CHECK(cents(kDollar * 1'000'000 - 1) == "1,000,000.00");
  CHECK(cents(-kDollar / 200) == "0.00");
  CHECK(cents(-kDollar / 200 - 1) == "-0.01");
  CHECK(cents(-kDollar * 1234) == "-1,234.00");
}

TEST_CASE("microdollars are rounded half to even", "[money]") {
  constexpr int64_t kMicro = 1'000'000;  // picodollars
  CHECK(microdollars({0}) == 0);
  CHECK(microdollars({kMicro / 2}) == 0);
  CHECK(microdollars({kMicro / 2 + 1}) == 1);
  CHECK(microdollars({kMicro + kMicro / 2}) == 2);
  CHECK(microdollars({2 * kMicro + kMicro / 2}) == 2);
  CHECK(microdollars({-kMicro - kMicro / 2}) == -2);
  CHECK(microdollars({-kMicro / 2}) == 0);
}

TEST_CASE("money adds up and compares", "[money]") {
  Picodollars sum{1};
  sum += Picodollars{2};
  CHECK(sum == Picodollars{3});
  CHECK(sum > Picodollars{2});
}

TEST_CASE("decimals are read without rounding", "[money]") {
  CHECK(scaled_decimal("3", 6) == 3'000'000);
  CHECK(scaled_decimal("0.003625", 6) == 3625);
  CHECK(scaled_decimal("15.0", 6) == 15'000'000);
  CHECK(scaled_decimal("0.01", 12) == 10'000'000'000);
  CHECK(scaled_decimal("1.5e-3", 6) == 1500);
  CHECK(scaled_decimal("2E+2", 0) == 200);
  CHECK(scaled_decimal("0", 6) == 0);
  CHECK(scaled_decimal("-0.0", 6) == 0);
  CHECK(scaled_decimal("0e999999999999999999999", 6) == 0);
  CHECK(scaled_decimal("0.10000000000000000000000", 6) == 100'000);
  CHECK(scaled_decimal("0.000000000000000000000000000001e30", 0) == 1);
}

TEST_CASE("what is no whole amount is no decimal", "[money]") {
  for (const char* token :
       {"0.0000001", "-1", "1e18", "1e999999999999999999999", "1e-7", "", "-", ".5", "1.", "01",
        "1e", "1e+", "+1", "0x10", "1 ", " 1", "NaN", "1,5"}) {
    CAPTURE(token);
    CHECK(scaled_decimal(token, 6) == std::nullopt);
  }
}

}  // namespace relayburn
