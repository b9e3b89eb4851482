#include "core/report/time/zone.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "core/base/error.h"

namespace relayburn {
namespace {

constexpr int64_t kHour = int64_t{3600} * 1'000'000;

Instant at(std::string_view text) {
  const auto instant = parse_instant(text);
  REQUIRE(instant);
  return *instant;
}

const Zone& berlin() {
  static const Zone zone = Zone::named("Europe/Berlin");
  return zone;
}

std::string problem_of(const std::string& zone) {
  try {
    Zone::named(zone);
  } catch (const Error& error) {
    CHECK(error.kind == ErrorKind::Usage);
    return error.what();
  }
  return "accepted";
}

std::string day_start(const Zone& zone, int year, int month, int day) {
  return format_instant(zone.start_of_day(year, month, day));
}

TEST_CASE("an instant has its day, month and hour in the zone", "[zone]") {
  const Instant instant = at("2026-11-22T23:30:00Z");
  CHECK(berlin().day(instant) == "2026-11-23");
  CHECK(berlin().month(instant) == "2026-11");
  CHECK(berlin().hour(instant) == "2026-11-23T00+01:00");
  const Zone utc = Zone::named("UTC");
  CHECK(utc.name() == "UTC");
  CHECK(utc.day(instant) == "2026-11-22");
  CHECK(utc.hour(instant) == "2026-11-22T23+00:00");
}

TEST_CASE("offsets keep their sign and their minutes", "[zone]") {
  const Instant instant = at("2026-01-01T03:10:00Z");
  CHECK(Zone::named("Asia/Kolkata").hour(instant) == "2026-01-01T08+05:30");
  CHECK(Zone::named("America/St_Johns").hour(instant) == "2025-12-31T23-03:30");
  CHECK(Zone::named("America/New_York").month(instant) == "2025-12");
  CHECK(Zone::named("Pacific/Kiritimati").hour(instant) == "2026-01-01T17+14:00");
}

TEST_CASE("time before 1970 is cut downwards", "[zone]") {
  const Zone utc = Zone::named("UTC");
  CHECK(utc.day({-1}) == "1969-12-31");
  CHECK(utc.hour({-1}) == "1969-12-31T23+00:00");
  CHECK(utc.day({0}) == "1970-01-01");
  CHECK(utc.day(at("0001-01-01T00:00:00Z")) == "0001-01-01");
}

TEST_CASE("the spring day has 23 hours", "[zone]") {
  const Instant start = berlin().start_of_day(2026, 3, 29);
  const Instant end = berlin().start_of_day(2026, 3, 30);
  CHECK(end.us - start.us == 23 * kHour);
  CHECK(berlin().day({end.us - 1}) == "2026-03-29");
  CHECK(berlin().day(end) == "2026-03-30");
  std::set<std::string> hours;
  for (int64_t us = start.us; us < end.us; us += kHour) hours.insert(berlin().hour({us}));
  CHECK(hours.size() == 23);
  CHECK(hours.contains("2026-03-29T01+01:00"));
  CHECK(hours.contains("2026-03-29T03+02:00"));
  CHECK_FALSE(hours.contains("2026-03-29T02+01:00"));
  CHECK_FALSE(hours.contains("2026-03-29T02+02:00"));
}

TEST_CASE("the autumn day has 25 hours, one of them twice", "[zone]") {
  const Instant start = berlin().start_of_day(2026, 10, 25);
  const Instant end = berlin().start_of_day(2026, 10, 26);
  CHECK(end.us - start.us == 25 * kHour);
  std::set<std::string> hours;
  for (int64_t us = start.us; us < end.us; us += kHour) hours.insert(berlin().hour({us}));
  CHECK(hours.size() == 25);
  CHECK(berlin().hour(at("2026-10-25T00:59:59Z")) == "2026-10-25T02+02:00");
  CHECK(berlin().hour(at("2026-10-25T01:00:00Z")) == "2026-10-25T02+01:00");
}

TEST_CASE("weeks are those of ISO 8601 round New Year", "[zone]") {
  const Zone utc = Zone::named("UTC");
  const auto week = [&](const char* day) { return utc.week(at(std::string(day) + "T12:00:00Z")); };
  CHECK(week("2018-12-31") == "2019-W01");
  CHECK(week("2020-12-31") == "2020-W53");
  CHECK(week("2021-01-03") == "2020-W53");
  CHECK(week("2021-01-04") == "2021-W01");
  CHECK(week("2022-01-01") == "2021-W52");
  CHECK(week("2024-12-29") == "2024-W52");
  CHECK(week("2024-12-30") == "2025-W01");
  CHECK(week("2026-11-22") == "2026-W47");
  CHECK(week("2026-11-23") == "2026-W48");
  CHECK(week("2026-12-31") == "2026-W53");
  CHECK(week("2027-01-03") == "2026-W53");
  CHECK(week("2027-01-04") == "2027-W01");
  CHECK(berlin().week(at("2027-01-03T23:00:00Z")) == "2027-W01");
}

TEST_CASE("a day begins at midnight, or when it first exists", "[zone]") {
  CHECK(day_start(berlin(), 2026, 11, 22) == "2026-11-21T23:00:00Z");
  CHECK(day_start(berlin(), 2026, 7, 1) == "2026-06-30T22:00:00Z");
  // The clock skipped midnight: 00:00 -03:00 became 01:00 -02:00.
  CHECK(day_start(Zone::named("America/Sao_Paulo"), 2018, 11, 4) == "2018-11-04T03:00:00Z");
  // Midnight came twice: 00:00 -04:00 and an hour later 00:00 -05:00.
  CHECK(day_start(Zone::named("America/Havana"), 2025, 11, 2) == "2025-11-02T04:00:00Z");
  // The whole day was skipped.
  CHECK(day_start(Zone::named("Pacific/Apia"), 2011, 12, 30) == "2011-12-30T10:00:00Z");
}

TEST_CASE("months go back by the calendar", "[zone]") {
  const auto before = [](const char* present, int months) {
    return format_instant(berlin().months_before(at(present), months));
  };
  CHECK(before("2026-11-22T12:00:00Z", 3) == "2026-08-22T11:00:00Z");
  CHECK(before("2026-11-22T12:00:00Z", 0) == "2026-11-22T12:00:00Z");
  CHECK(before("2026-03-31T10:00:00Z", 1) == "2026-02-28T11:00:00Z");
  CHECK(before("2024-03-31T10:00:00Z", 1) == "2024-02-29T11:00:00Z");
  CHECK(before("2026-02-28T11:00:00Z", 1) == "2026-01-28T11:00:00Z");
  CHECK(before("2026-01-15T11:00:00Z", 13) == "2024-12-15T11:00:00Z");
  // 02:30 is not there on the spring day.
  CHECK(before("2026-04-29T00:30:00Z", 1) == "2026-03-29T01:00:00Z");
}

TEST_CASE("an unknown zone is an error, never UTC", "[zone]") {
  for (const char* name : {"", "Mars/Olympus", "Europe/Berlin ", " UTC", "europe/berlin", "Europe",
                           "Europe/", "+01:00", "GMT+25", "/etc/localtime", "../../etc/passwd",
                           "/usr/share/zoneinfo/Europe/Berlin", "tzdata.zi", "zone.tab"}) {
    CAPTURE(name);
    CHECK_THAT(problem_of(name), Catch::StartsWith("unknown time zone '"));
  }
}

TEST_CASE("what only the zone library knows is no IANA zone", "[zone]") {
  for (const char* name : {"libc:Mars", "libc:localtime", "Fixed/UTC+25:00:00"}) {
    CAPTURE(name);
    CHECK_THAT(problem_of(name), Catch::StartsWith("unknown time zone '"));
  }
}

TEST_CASE("the system's zone has a name that loads again", "[zone]") {
  const Zone zone = Zone::of_system();
  CHECK(problem_of(zone.name()) == "accepted");
}

}  // namespace
}  // namespace relayburn
