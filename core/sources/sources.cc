#include "core/sources/claude/claude_source.h"
#include "core/sources/source.h"

namespace relayburn {

const std::vector<const Source*>& all_sources() {
  static const ClaudeSource claude;
  static const std::vector<const Source*> sources = {&claude};
  return sources;
}

}  // namespace relayburn
