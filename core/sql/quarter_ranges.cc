#include "core/sql/quarter_ranges.h"

#include <algorithm>

namespace relayburn {

std::vector<QuarterRanges::Range> QuarterRanges::ranges(size_t most) const {
  std::vector<int64_t> starts = starts_;
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::vector<int64_t> gaps;
  for (size_t i = 1; i < starts.size(); ++i) gaps.push_back(starts[i] - starts[i - 1]);
  // The widest gaps divide.
  int64_t narrow = kQuarterHourUs;
  if (gaps.size() >= most) {
    const auto place = gaps.end() - static_cast<ptrdiff_t>(most);
    std::nth_element(gaps.begin(), place, gaps.end());
    narrow = std::max(narrow, *place);
  }
  std::vector<Range> ranges;
  for (const int64_t start : starts) {
    if (ranges.empty() || start - (ranges.back().to.us - kQuarterHourUs) > narrow)
      ranges.push_back({{start}, {}});
    ranges.back().to.us = start + kQuarterHourUs;
  }
  return ranges;
}

}  // namespace relayburn
