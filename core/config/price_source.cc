#include "core/config/price_source.h"

#include <algorithm>

namespace relayburn {

bool is_url(std::string_view source) {
  const size_t colon = source.find("://");
  return colon != std::string_view::npos && colon > 0 &&
         source.substr(0, colon).find('/') == std::string_view::npos;
}

std::string without_credentials(std::string_view source) {
  if (!is_url(source)) return std::string(source);
  const size_t begin = source.find("://") + 3;
  const std::string_view scheme = source.substr(0, begin);
  std::string_view rest = source.substr(begin);
  rest = rest.substr(0, rest.find_first_of("?#"));
  // curl takes the last '@' before the path for the end of the credentials; so does this, and a
  // path that holds one loses what stands before it rather than shows it.
  const size_t at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  return std::string(scheme) + std::string(rest);
}

}  // namespace relayburn
