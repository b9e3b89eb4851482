#pragma once

#include <string_view>

namespace relayburn {

// 8-4-4-4-12 hex digits, of any version.
constexpr bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    const bool is_dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash_place ? c != '-' : !is_hex) return false;
  }
  return true;
}

}  // namespace relayburn
