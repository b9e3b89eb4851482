#pragma once

#include <array>
#include <string_view>

#include "core/records/token_counts.h"

namespace relayburn {

// The counts of `usage`, as JSON and CSV name and order them.
struct UsageField {
  std::string_view name;
  int64_t TokenCounts::*count;
};
inline constexpr std::array<UsageField, 7> kUsageFields = {{
    {"input", &TokenCounts::input},
    {"output", &TokenCounts::output},
    {"reasoning", &TokenCounts::reasoning},
    {"cacheRead", &TokenCounts::cache_read},
    {"cacheCreate5m", &TokenCounts::cache_create_5m},
    {"cacheCreate1h", &TokenCounts::cache_create_1h},
    {"webSearchRequests", &TokenCounts::web_search_requests},
}};

}  // namespace relayburn
