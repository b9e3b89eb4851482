#pragma once

#include <string>

namespace relayburn {

// 32 hex digits from the system's generator.
std::string random_id();

}  // namespace relayburn
