#include "core/sql/quarter_ranges.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

constexpr int64_t q = kQuarterHourUs;

std::vector<std::pair<int64_t, int64_t>> quarters(const std::vector<int64_t>& times, size_t most) {
  QuarterRanges set;
  for (const int64_t time : times) set.add({time});
  std::vector<std::pair<int64_t, int64_t>> ranges;
  for (const auto& [from, to] : set.ranges(most)) ranges.emplace_back(from.us / q, to.us / q);
  return ranges;
}

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

TEST_CASE("quarters begin at or before their moments, before 1970 too") {
  CHECK(start_of_quarter({0}).us == 0);
  CHECK(start_of_quarter({q - 1}).us == 0);
  CHECK(start_of_quarter({q}).us == q);
  CHECK(start_of_quarter({-1}).us == -q);
  CHECK(start_of_quarter({-q}).us == -q);
}

TEST_CASE("neighbours become one range") {
  CHECK(quarters({}, 5).empty());
  CHECK(quarters({3 * q + 7}, 5) == Ranges{{3, 4}});
  CHECK(quarters({5 * q, 3 * q, 4 * q + 1, 4 * q + 2}, 5) == Ranges{{3, 6}});
  CHECK(quarters({-q, 0, 8 * q}, 5) == Ranges{{-1, 1}, {8, 9}});
}

TEST_CASE("of more ranges than are wanted those close together become one") {
  CHECK(quarters({0, 2 * q, 10 * q, 11 * q, 30 * q}, 3) == Ranges{{0, 3}, {10, 12}, {30, 31}});
  CHECK(quarters({0, 2 * q, 10 * q, 30 * q}, 2) == Ranges{{0, 11}, {30, 31}});
  CHECK(quarters({0, 2 * q, 10 * q, 30 * q}, 1) == Ranges{{0, 31}});
  CHECK(quarters({0, 2 * q, 4 * q, 6 * q}, 2).size() == 1);  // equal gaps: fewer, never more
}

}  // namespace
}  // namespace relayburn
