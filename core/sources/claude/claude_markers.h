#pragma once
// What a Claude Code line says between the lines: resume commands and the states of subagents.

#include <string_view>

#include "core/sources/claude/claude_line.h"

namespace relayburn {

// "/resume <session>" and "/continue <session>" at the beginning of a prompt. Only a target that is
// an id is kept: the rest is typed text.
struct ResumeMarker {
  bool is_present = false;
  OptText target;
};
ResumeMarker resume_marker(std::string_view text);

// Status of a system line that reports on a subagent, in the words of ToolResult (FORMAT.md
// 9).
std::string_view notification_status(const ClaudeLine& line);

}  // namespace relayburn
