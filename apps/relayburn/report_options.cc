#include "apps/relayburn/report_options.h"

#include <unistd.h>

#include <cstdlib>

#include "apps/relayburn/output.h"
#include "apps/relayburn/tags.h"
#include "core/base/error.h"

namespace relayburn {

std::vector<std::string> parse_sources(const std::vector<std::string>& names) {
  std::vector<std::string> sources;
  for (const std::string& name : names) {
    if (name != "claude" && name != "claude-code" && name != "codex" && name != "opencode")
      throw Error(ErrorKind::Usage, "--source: there is no agent '" + name + "'",
                  "there are: claude-code codex opencode");
    sources.push_back(name == "claude" ? "claude-code" : name);
  }
  return sources;
}

std::vector<std::pair<std::string, std::string>> parse_tags(const std::vector<std::string>& tags) {
  std::vector<std::pair<std::string, std::string>> parsed;
  for (const std::string& tag : tags) parsed.push_back(split_tag(tag, "--tag"));
  return parsed;
}

std::optional<size_t> screen_width() {
  const char* columns = std::getenv("COLUMNS");
  const int stated = columns == nullptr ? 0 : std::atoi(columns);
  const int width = stated > 0 ? stated : terminal_size(STDOUT_FILENO).columns;
  return width > 0 ? std::optional(static_cast<size_t>(width)) : std::nullopt;
}

}  // namespace relayburn
