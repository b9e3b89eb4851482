#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace relayburn {

inline constexpr int64_t kMaxCount = int64_t{1} << 40;

// The count that a raw JSON token states: whole numbers from 0 to 2^40, in any JSON spelling
// (1000, 1000.0, 1e3, -0). Anything else, strings too, is no count: nullopt.
std::optional<int64_t> parse_count(std::string_view token);

}  // namespace relayburn
