#pragma once
// The enrichment of a stamp: a JSON object of strings, its keys sorted bytewise.

#include <map>
#include <string>
#include <string_view>

#include "core/records/batch.h"

namespace relayburn {

using Enrichment = std::map<std::string, std::string, std::less<>>;

inline constexpr int64_t kStampVersion = 1;

std::string enrichment_json(const Enrichment& enrichment);
// Empty where the text is no such object.
Enrichment parse_enrichment(std::string_view json);

// Adds the stamp under its key. One on a session with the tag parentAgentId also says that the
// session is a subagent's: a "spawn-env" relationship.
void add_stamp(Batch& batch, Stamp stamp);

}  // namespace relayburn
