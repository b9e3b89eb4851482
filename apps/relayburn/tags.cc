#include "apps/relayburn/tags.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace relayburn {

std::pair<std::string, std::string> split_tag(const std::string& tag, const std::string& what) {
  const size_t equals = tag.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(ErrorKind::Usage, what + ": '" + tag + "' is not of the form KEY=VALUE");
  return {tag.substr(0, equals), tag.substr(equals + 1)};
}

Enrichment parse_tags(const std::vector<std::string>& tags, const std::string& what) {
  Enrichment enrichment;
  for (const std::string& tag : tags) {
    const auto [key, value] = split_tag(tag, what);
    if (key.find(',') != std::string::npos)
      throw Error(ErrorKind::Usage, what + ": a comma stands in the key '" + key + "'",
                  "analyze --by takes it for the end of a dimension: choose another character");
    if (!enrichment.emplace(storable(key), storable(value)).second)
      throw Error(ErrorKind::Usage, what + ": the key '" + key + "' is there twice",
                  "a tag has one value: leave one away");
  }
  return enrichment;
}

}  // namespace relayburn
