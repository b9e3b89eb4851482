#include "core/base/instant.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace relayburn {
namespace {

std::string spelt(Instant instant) {
  std::string out = ">";
  append_instant(out, instant);
  return out.substr(1);
}

std::string normal(std::string_view text) {
  const auto instant = parse_instant(text);
  return instant ? spelt(*instant) : "none";
}

TEST_CASE("instants count microseconds", "[instant]") {
  CHECK(parse_instant("1970-01-01T00:00:00Z") == Instant{0});
  CHECK(parse_instant("1970-01-01T00:00:00.000001Z") == Instant{1});
  CHECK(parse_instant("1969-12-31T23:59:59.999999Z") == Instant{-1});
  CHECK(parse_instant("2026-11-22T13:00:00.123456Z") == Instant{1795352400123456});
}

TEST_CASE("times are read as agents log them", "[instant]") {
  const std::string expected = "2026-11-22T13:00:00.000000Z";
  for (const char* text :
       {"2026-11-22T13:00:00Z", "2026-11-22 13:00:00Z", "2026-11-22T13:00Z", "2026-11-22T13:00:00",
        "2026-11-22T13:00", "2026-11-22T14:30:00+01:30", "2026-11-22T14:30:00+0130",
        "2026-11-22T14:00+01", "2026-11-22T06:00:00.0-07:00", "2026-11-22T13:00:00-00:00",
        "2026-11-23T12:59:00+23:59", "2026-11-22T13:00:00.0000009Z"}) {
    CAPTURE(text);
    CHECK(normal(text) == expected);
  }
  CHECK(normal("2026-11-22T13:00:00.1Z") == "2026-11-22T13:00:00.100000Z");
  CHECK(normal("2026-11-22T13:00:00.123456999") == "2026-11-22T13:00:00.123456Z");
  CHECK(normal("1969-12-31T23:59:59.9999999Z") == "1969-12-31T23:59:59.999999Z");
  CHECK(normal("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000000Z");
  CHECK(normal("2000-02-29T00:00:00Z") == "2000-02-29T00:00:00.000000Z");
}

TEST_CASE("anything else is no time", "[instant]") {
  for (const char* text : {"",
                           "now",
                           "2026",
                           "2026-11-22",
                           "2026-11-22T",
                           "2026-11-22T13",
                           "2026-11-22T13:00:00X",
                           "2026-11-22T13:00:00Zx",
                           " 2026-11-22T13:00:00Z",
                           "2026-11-22T13:00:00Z ",
                           "2026-11-22T13:00:00 Z",
                           "2026-11-22T13:00:00.Z",
                           "2026-11-22T13:00:00,5Z",
                           "2026-11-22T13:00:",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T13:60:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "-001-01-01T00:00:00Z",
                           "12026-01-01T00:00:00Z",
                           "2026-1-01T00:00:00Z",
                           "2026-11-22T13:00:00+1",
                           "2026-11-22T13:00:00+01:",
                           "2026-11-22T13:00:00+01:3",
                           "2026-11-22T13:00:00+24:00",
                           "2026-11-22T13:00:00+01:60",
                           "2026-11-22T13:00:00+01:000",
                           "2026-11-22T13:00:00+",
                           "20261122T130000Z",
                           "1795352400",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text));
  }
  CHECK_FALSE(parse_instant(std::string_view("2026-11-22T13:00:00\0", 20)));
}

TEST_CASE("what is spelt reads back", "[instant]") {
  const Instant first = *parse_instant("0001-01-01T00:00:00Z");
  const Instant last = *parse_instant("9999-12-31T23:59:59.999999Z");
  CHECK(spelt(first) == "0001-01-01T00:00:00.000000Z");
  CHECK(spelt(last) == "9999-12-31T23:59:59.999999Z");
  const int64_t step = 37 * int64_t{86'400'000'000} + 12'345'678'901;
  for (int64_t us = first.us; us <= last.us; us += step) {
    REQUIRE(parse_instant(spelt({us})) == Instant{us});
    REQUIRE(parse_instant(format_instant({us})) == Instant{us});
  }
}

TEST_CASE("instants out of all years are spelt as the nearest", "[instant]") {
  CHECK(spelt({std::numeric_limits<int64_t>::min()}) == "0001-01-01T00:00:00.000000Z");
  CHECK(spelt({std::numeric_limits<int64_t>::max()}) == "9999-12-31T23:59:59.999999Z");
}

TEST_CASE("people see a fraction only where there is one", "[instant]") {
  CHECK(format_instant({0}) == "1970-01-01T00:00:00Z");
  CHECK(format_instant({100'000}) == "1970-01-01T00:00:00.1Z");
  CHECK(format_instant({120}) == "1970-01-01T00:00:00.00012Z");
  CHECK(format_instant({-1}) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_instant({10'000'000}) == "1970-01-01T00:00:10Z");
}

TEST_CASE("now is after this was written", "[instant]") {
  CHECK(now() > *parse_instant("2020-01-01T00:00Z"));
  CHECK(now() < *parse_instant("2200-01-01T00:00Z"));
}

}  // namespace
}  // namespace relayburn
