#pragma once
// Values that messages and parts of OpenCode have in common.

#include "core/sources/json_object.h"
#include "core/sources/opencode/opencode_facts.h"

namespace relayburn {

inline OwnText own(OptText text) { return text ? OwnText(*text) : std::nullopt; }
// A number, or what stands in its place; absent where that is null.
inline OwnText own_token(JsonValue& value) { return own(value.token()); }
// A number; absent where there is anything else.
OwnText own_number(JsonValue& value);
inline bool is_stated(JsonValue& value) { return value.token().has_value(); }

void read_usage(JsonValue& value, OpencodeUsage& usage);

struct OpencodeTimes {
  OwnText created, completed, start, end;
  bool is_compacted = false;
};
OpencodeTimes read_times(JsonValue& value);

// The whole milliseconds that a number states; nullopt where it is no time of the years 1 to 9999.
std::optional<int64_t> opencode_milliseconds(OptText token);
// Takes the time for the greatest, if it is.
void advance(int64_t& greatest_ms, const OwnText& token);

}  // namespace relayburn
