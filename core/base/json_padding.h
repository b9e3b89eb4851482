#pragma once

#include <cstddef>

namespace relayburn {

// How many readable bytes must follow a text that is parsed in place.
inline constexpr size_t kJsonPadding = 64;

}  // namespace relayburn
