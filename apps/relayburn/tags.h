#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/records/stamps.h"

namespace relayburn {

// Of "KEY=VALUE"; the value may hold more '=', and may be empty. Throws Error{Usage} that begins
// with `what`.
std::pair<std::string, std::string> split_tag(const std::string& tag, const std::string& what);

// Tags that are put on something. No key may be there twice, or be one that `analyze --by` could
// not name.
Enrichment parse_tags(const std::vector<std::string>& tags, const std::string& what);

}  // namespace relayburn
