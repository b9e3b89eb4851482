#include "core/billing/amount.h"

#include <catch2/catch.hpp>
#include <string>

namespace relayburn {
namespace {

std::string dollars(std::string_view text) {
  const auto amount = parse_amount(text, AmountUnit::Dollars);
  return amount ? format_usd(*amount) : "none";
}

std::string cents(std::string_view text) {
  const auto amount = parse_amount(text, AmountUnit::Cents);
  return amount ? format_usd(*amount) : "none";
}

TEST_CASE("amounts are read exactly", "[amount]") {
  CHECK(dollars("12.50") == "12.5");
  CHECK(dollars("0") == "0.0");
  CHECK(dollars("-0.01") == "-0.01");
  CHECK(dollars("1e-7") == "0.0000001");
  CHECK(dollars("3E2") == "300.0");
  CHECK(dollars("0.003835980000000000000000000000") == "0.00383598");
  CHECK(dollars("999999999999.999999999999") == "999999999999.999999999999");
}

TEST_CASE("cents are hundredths of a dollar", "[amount]") {
  CHECK(cents("123.45") == "1.2345");
  CHECK(cents("123.78912") == "1.2378912");
  CHECK(cents("1") == "0.01");
  CHECK(cents("0.00000000005") == "0.0");
}

TEST_CASE("what is finer than a picodollar is rounded half to even", "[amount]") {
  CHECK(dollars("0.0000000000004999") == "0.0");
  CHECK(dollars("0.0000000000005") == "0.0");
  CHECK(dollars("0.00000000000050000001") == "0.000000000001");
  CHECK(dollars("0.0000000000015") == "0.000000000002");
  CHECK(dollars("0.0000000000025") == "0.000000000002");
  CHECK(dollars("-0.0000000000025000001") == "-0.000000000003");
  CHECK(dollars("1e-99999999999999999999") == "0.0");
}

TEST_CASE("what is no amount is none", "[amount]") {
  for (const char* bad : {"", " ", "x", "1,5", "1.", ".5", "$5", "+1", "1e", "0x1", "NaN", "1 ",
                          "1000000000000", "1e99999999999999999999"}) {
    CAPTURE(bad);
    CHECK(dollars(bad) == "none");
  }
}

}  // namespace
}  // namespace relayburn
