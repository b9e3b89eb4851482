#include "core/sources/claude/claude_source.h"
#include "core/sources/codex/codex_source.h"
#include "core/sources/opencode/opencode_source.h"
#include "core/sources/source.h"

namespace relayburn {

const std::vector<const Source*>& all_sources() {
  static const ClaudeSource claude;
  static const CodexSource codex;
  static const OpencodeSource opencode;
  static const std::vector<const Source*> sources = {&claude, &codex, &opencode};
  return sources;
}

const Source* find_source(std::string_view name) {
  if (name == "claude") name = "claude-code";
  for (const Source* source : all_sources())
    if (source->name() == name) return source;
  return nullptr;
}

}  // namespace relayburn
