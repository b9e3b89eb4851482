#include "core/sources/claude/state_text.h"

#include <charconv>

namespace relayburn {

void append_state_text(std::string& out, std::string_view text) {
  out += std::to_string(text.size()) + ':';
  out += text;
}

std::optional<std::string_view> take_state_text(std::string_view& rest) {
  size_t size = 0;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  const auto digits = static_cast<size_t>(end - rest.data());
  if (problem != std::errc() || digits == rest.size() || *end != ':' ||
      size > rest.size() - digits - 1)
    return std::nullopt;
  const std::string_view text = rest.substr(digits + 1, size);
  rest.remove_prefix(digits + 1 + size);
  return text;
}

}  // namespace relayburn
