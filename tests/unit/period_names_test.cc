#include "core/report/time/period_names.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

std::string named(std::string_view since, std::string_view until, const char* zone) {
  const PeriodNames names =
      name_period(parse_instant(since), parse_instant(until), Zone::named(zone));
  return names.first.value_or("-") + " to " + names.last.value_or("-");
}

TEST_CASE("whole days are named by the first and the last", "[period_names]") {
  CHECK(named("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", "UTC") == "2026-11-01 to 2026-11-30");
  CHECK(named("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", "UTC") == "2026-11-22 to 2026-11-22");
  CHECK(named("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", "Europe/Berlin") ==
        "2026-03-01 to 2026-03-31");
}

TEST_CASE("what lies within a day is a time of the zone", "[period_names]") {
  CHECK(named("2026-11-22T00:00:00Z", "2026-11-22T12:30:07.123456Z", "Europe/Berlin") ==
        "2026-11-22 01:00 to 2026-11-22 13:30:07");
  CHECK(named("2026-11-22T00:00:00.000001Z", "2026-11-23T23:59:59.999999Z", "UTC") ==
        "2026-11-22 00:00 to 2026-11-23 23:59:59");
}

TEST_CASE("a day that begins after midnight is a whole one", "[period_names]") {
  CHECK(named("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", "America/Sao_Paulo") ==
        "2018-11-04 to 2018-11-04");
}

TEST_CASE("an open bound has no name", "[period_names]") {
  CHECK(named("", "", "UTC") == "- to -");
  CHECK(named("", "2026-12-01T00:00:00Z", "UTC") == "- to 2026-11-30");
}

}  // namespace
}  // namespace relayburn
