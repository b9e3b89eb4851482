#pragma once
// Parts of a message: texts, tools, steps, compactions. In 2.x they are the content of its row.

#include <string_view>

#include "core/sources/opencode/opencode_values.h"

namespace relayburn {

struct OpencodePart {
  OwnText id, type, reason, cost, text;
  OpencodeTool tool;
  OpencodeUsage usage;
  bool is_synthetic = false;
  std::optional<bool> is_automatic;
  OpencodeTimes times;
};

// One member of a part.
void visit_part(std::string_view key, JsonValue& value, OpencodePart& part);
// Adds the part to its message.
void take_part(OpencodePart&& part, OpencodeMessage& message);

}  // namespace relayburn
