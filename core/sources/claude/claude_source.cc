#include "core/sources/claude/claude_source.h"

#include "core/sources/claude/claude_records.h"
#include "core/sources/line_log.h"

namespace relayburn {
namespace {

class ClaudeReader : public LogReader {
 public:
  explicit ClaudeReader(const ReaderOptions& options) : parser_(options) {}

  int64_t read(Cursor cursor, RecordSink& sink) override {
    return read_line_log(std::move(cursor), parser_, scratch_, sink);
  }

 private:
  ClaudeObjectParser parser_;
  LineScratch scratch_;
};

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view part = list.substr(0, comma);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return parts;
}

}  // namespace

std::string_view ClaudeSource::name() const { return kClaudeSource; }
int64_t ClaudeSource::parser_version() const { return kClaudeParserVersion; }

std::vector<std::string> ClaudeSource::roots(const SourceEnvironment& environment) const {
  std::vector<std::string> configs;
  const auto list = environment.variable("CLAUDE_CONFIG_DIR");
  if (list && !list->empty()) {
    configs = split_list(*list);
  } else {
    const auto xdg = environment.variable("XDG_CONFIG_HOME");
    configs = {xdg && !xdg->empty() ? *xdg + "/claude" : environment.home + "/.config/claude",
               environment.home + "/.claude"};
  }
  for (std::string& config : configs) config += "/projects";
  return configs;
}

int ClaudeSource::likeness(std::string_view head) const {
  int score = 0;
  for (const std::string_view key :
       {"\"sessionId\"", "\"parentUuid\"", "\"isSidechain\"", "\"uuid\"", "\"leafUuid\"",
        "\"file-history-snapshot\"", "\"userType\"", "\"queue-operation\""})
    if (head.find(key) != std::string_view::npos) ++score;
  return score;
}

std::unique_ptr<LogReader> ClaudeSource::reader(const ReaderOptions& options) const {
  return std::make_unique<ClaudeReader>(options);
}

}  // namespace relayburn
