#pragma once

#include <exception>
#include <new>
#include <string>

namespace relayburn {

// Returns what an exception says, also where it is no Error of ours.
inline std::string failure_text(const std::exception& failure) {
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) return "out of memory";
  return failure.what();
}

}  // namespace relayburn
