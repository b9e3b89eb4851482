#pragma once
// What Claude Code itself says that a session has cost (FORMAT.md, "Cost states").

#include <string_view>

#include "core/sources/claude/claude_line.h"
#include "core/sources/record_writer.h"

namespace relayburn {

// Writes a SessionCost for the session and one for each model. `line_name` stands for the time of a
// line that states none.
void emit_cost_state(const ClaudeLine& line, std::string_view line_name, RecordWriter& out);

}  // namespace relayburn
