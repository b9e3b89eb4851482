#include <catch2/catch.hpp>
#include <string>

#include "core/base/error.h"
#include "core/report/time/zone.h"

namespace relayburn {
namespace {

// 13:00 in Berlin.
constexpr std::string_view kPresent = "2026-11-22T12:00:00Z";

Instant bound(std::string_view text, const std::string& zone = "Europe/Berlin") {
  return parse_time_bound(text, Zone::named(zone), *parse_instant(kPresent), "--since");
}
std::string spelled(std::string_view text, const std::string& zone = "Europe/Berlin") {
  return format_instant(bound(text, zone));
}

TEST_CASE("a bare date is midnight in the zone", "[zone]") {
  CHECK(spelled("2026-11-22") == "2026-11-21T23:00:00Z");
  CHECK(spelled("2026-11-22", "UTC") == "2026-11-22T00:00:00Z");
  CHECK(spelled("2026-07-01", "America/New_York") == "2026-07-01T04:00:00Z");
  CHECK(spelled("2024-02-29", "UTC") == "2024-02-29T00:00:00Z");
}

TEST_CASE("an instant is an instant in every zone", "[zone]") {
  for (const char* zone : {"Europe/Berlin", "UTC", "Asia/Tokyo"}) {
    CHECK(spelled("2026-11-22T13:00:00Z", zone) == "2026-11-22T13:00:00Z");
    CHECK(spelled("2026-11-22T13:00:00+02:00", zone) == "2026-11-22T11:00:00Z");
    CHECK(spelled("2026-11-22 13:00:00-05:30", zone) == "2026-11-22T18:30:00Z");
    CHECK(spelled("2026-11-22T13:00:00.123456Z", zone) == "2026-11-22T13:00:00.123456Z");
  }
}

TEST_CASE("spans go back from now", "[zone]") {
  CHECK(spelled("24h") == "2026-11-21T12:00:00Z");
  CHECK(spelled("1h") == "2026-11-22T11:00:00Z");
  CHECK(spelled("0h") == "2026-11-22T12:00:00Z");
  CHECK(spelled("7d") == "2026-11-15T12:00:00Z");
  CHECK(spelled("4w") == "2026-10-25T12:00:00Z");
  CHECK(spelled("3mo") == "2026-08-22T11:00:00Z");
  CHECK(spelled("12mo") == "2025-11-22T12:00:00Z");
  CHECK(spelled("1y") == "2025-11-22T12:00:00Z");
  CHECK(spelled("90m") == "2026-11-22T10:30:00Z");
}

std::string period(std::string_view text, std::string_view present = kPresent) {
  return format_instant(
      parse_period_bound(text, Zone::named("Europe/Berlin"), *parse_instant(present), "--since"));
}

TEST_CASE("periods begin at midnight of the zone", "[zone]") {
  CHECK(period("today") == "2026-11-21T23:00:00Z");
  CHECK(period("yesterday") == "2026-11-20T23:00:00Z");
  // The 22nd is a Sunday.
  CHECK(period("week") == "2026-11-15T23:00:00Z");
  CHECK(period("last-week") == "2026-11-08T23:00:00Z");
  CHECK(period("month") == "2026-10-31T23:00:00Z");
  CHECK(period("last-month") == "2026-09-30T22:00:00Z");
  CHECK(period("2026-08") == "2026-07-31T22:00:00Z");
  // On a Monday the week begins.
  CHECK(period("week", "2026-11-22T23:00:00Z") == "2026-11-22T23:00:00Z");
}

TEST_CASE("a span of days ends with today", "[zone]") {
  CHECK(period("1d") == period("today"));
  CHECK(period("7d") == "2026-11-15T23:00:00Z");
  CHECK(period("4w") == "2026-10-25T23:00:00Z");
  // The clock was set back in between.
  CHECK(period("30d") == "2026-10-23T22:00:00Z");
  CHECK(period("3mo") == "2026-08-22T22:00:00Z");
  CHECK(period("1y") == "2025-11-22T23:00:00Z");
  CHECK(period("0d") == "2026-11-22T23:00:00Z");
  CHECK(period("24h") == "2026-11-21T12:00:00Z");
  CHECK(period("90m") == "2026-11-22T10:30:00Z");
}

TEST_CASE("what is no period names those that there are", "[zone]") {
  for (const char* bad : {"", "tomorrow", "weeks", "2026-13", "2026-1", "last-year", "7"}) {
    CAPTURE(bad);
    try {
      period(bad);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find("is no time") != std::string::npos);
      CHECK(error.hint.find("last-month") != std::string::npos);
    }
  }
}

TEST_CASE("anything else is refused, naming the option", "[zone]") {
  for (const char* bad : {"",
                          " ",
                          "now",
                          "yesterday",
                          "2026",
                          "2026-11",
                          "2026-13-01",
                          "2026-02-29",
                          "2026-11-31",
                          "2026-11-2",
                          "26-11-22",
                          "2026/11/22",
                          "22.11.2026",
                          "7",
                          "d",
                          "-7d",
                          "+7d",
                          "7 d",
                          "7D",
                          "7min",
                          "101y",
                          "1.5h",
                          "7dd",
                          "mo",
                          "1000001h",
                          "1201mo",
                          "99999999999999999999d",
                          "2026-11-22T25:00:00Z",
                          "2026-11-22T",
                          "T13:00:00Z",
                          "2026-11-22Z",
                          "2026-11-22 "}) {
    CAPTURE(bad);
    try {
      bound(bad);
      FAIL_CHECK("accepted");
    } catch (const Error& error) {
      CHECK(error.kind == ErrorKind::Usage);
      CHECK(error.what() == "--since: '" + std::string(bad) + "' is no time");
      CHECK_FALSE(error.hint.empty());
    }
  }
}

TEST_CASE("a time of the day says in which zone it is", "[time_bound]") {
  for (const char* bad : {"2026-11-22T13:00:00", "2026-11-22 13:00", "2026-11-22T13:00:00.5"}) {
    CAPTURE(bad);
    CHECK_THROWS_WITH(bound(bad), Catch::Contains("does not say in which zone"));
  }
  CHECK(spelled("2026-11-22T13:00:00-05:00") == "2026-11-22T18:00:00Z");
}

}  // namespace
}  // namespace relayburn
