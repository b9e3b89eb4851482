#include <catch2/catch.hpp>

#include "core/base/instant.h"

using namespace relayburn;

TEST_CASE("small letters and leap seconds are RFC 3339 too") {
  CHECK(parse_instant("2026-03-01t12:00:00z") == parse_instant("2026-03-01T12:00:00Z"));
  CHECK(parse_instant("2016-12-31T23:59:60Z") == parse_instant("2017-01-01T00:00:00Z"));
}
