#include "core/base/json_number.h"

#include <catch2/catch.hpp>
#include <string>

namespace relayburn {
namespace {

TEST_CASE("whole numbers count in every spelling", "[json_number]") {
  CHECK(parse_count("0") == 0);
  CHECK(parse_count("-0") == 0);
  CHECK(parse_count("0.0") == 0);
  CHECK(parse_count("-0.000e5") == 0);
  CHECK(parse_count("0e99999999999999999999") == 0);
  CHECK(parse_count("1000") == 1000);
  CHECK(parse_count("1000.0") == 1000);
  CHECK(parse_count("1e3") == 1000);
  CHECK(parse_count("1E+3") == 1000);
  CHECK(parse_count("10000e-1") == 1000);
  CHECK(parse_count("0.001e6") == 1000);
  CHECK(parse_count("12.50e1") == 125);
  CHECK(parse_count("1e0000000000000000000003") == 1000);
  CHECK(parse_count("1" + std::string(500, '0') + "e-500") == 1);
  CHECK(parse_count("0." + std::string(499, '0') + "1e500") == 1);
  CHECK(parse_count(" 55\r\n") == 55);
}

TEST_CASE("counts end at 2^40, exactly", "[json_number]") {
  CHECK(parse_count("1099511627776") == kMaxCount);
  CHECK(parse_count("1.099511627776e12") == kMaxCount);
  CHECK_FALSE(parse_count("1099511627777"));
  CHECK_FALSE(parse_count("1099511627776.0000000000000000001"));
  CHECK_FALSE(parse_count("9999999999999"));
  CHECK_FALSE(parse_count("10000000000000"));
  CHECK_FALSE(parse_count("18446744073709551616"));
  CHECK_FALSE(parse_count("1e400"));
  CHECK_FALSE(parse_count("1e99999999999999999999"));
  CHECK_FALSE(parse_count("1e18446744073709551616"));
}

TEST_CASE("anything else is no count", "[json_number]") {
  for (const char* bad : {"-1",     "1000.5", "0.1",  "1e-1", "-1e-400", "1e-99999999999999999999",
                          "\"55\"", "null",   "true", "[]",   "{}",      "",
                          " ",      "01",     "+1",   ".5",   "5.",      "1e",
                          "1e+",    "--1",    "-",    "1 2",  "1,",      "0x10",
                          "NaN"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_count(bad));
  }
}

}  // namespace
}  // namespace relayburn
