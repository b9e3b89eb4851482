#pragma once

#include <vector>

#include "core/base/instant.h"

namespace relayburn {

inline constexpr int64_t kQuarterHourUs = int64_t{15} * 60 * 1'000'000;

// When the quarter of an hour began; before 1970 it is rounded down, too.
constexpr Instant start_of_quarter(Instant instant) {
  const int64_t past = instant.us % kQuarterHourUs;
  return {instant.us - (past < 0 ? past + kQuarterHourUs : past)};
}

// A set of quarters of an hour, as a few ranges that hold them and perhaps some more.
class QuarterRanges {
 public:
  struct Range {
    Instant from;  // inclusive
    Instant to;    // exclusive
  };

  void add(Instant instant) { starts_.push_back(start_of_quarter(instant).us); }
  bool empty() const { return starts_.empty(); }
  // Ascending, apart from each other, at most so many.
  std::vector<Range> ranges(size_t most) const;

 private:
  std::vector<int64_t> starts_;
};

}  // namespace relayburn
