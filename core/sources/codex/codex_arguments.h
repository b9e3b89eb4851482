#pragma once
// What a tool call of Codex was asked to do, and how its result says it went, as far as reports
// need it (FORMAT.md 6).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sources/codex/codex_line.h"

namespace relayburn {

struct CodexArguments {
  std::string text;  // a JSON object with its keys in order; else what the log has in its place
  bool is_object = false;
  std::string command;     // of a shell
  std::string file_path;   // of a tool that reads or writes one file, and of a patch
  std::string agent_type;  // of spawn_agent
};
CodexArguments read_arguments(const CodexItem& item, std::string_view tool,
                              JsonObjectReader& reader);

struct CodexOutcome {
  bool is_error = false;
  std::string agent_id;  // that the output names
};
CodexOutcome read_outcome(const CodexValue& output, JsonObjectReader& reader);

}  // namespace relayburn
