#include "core/sources/claude/claude_source.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/sources/claude/claude_records.h"
#include "core/sources/json_object.h"
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

std::vector<std::string> config_folders(const SourceEnvironment& environment) {
  const auto list = environment.variable("CLAUDE_CONFIG_DIR");
  if (list && !list->empty()) return split_list(*list);
  const auto xdg = environment.variable("XDG_CONFIG_HOME");
  return {xdg && !xdg->empty() ? *xdg + "/claude" : environment.home + "/.config/claude",
          environment.home + "/.claude"};
}

// What the settings of a folder say; nullopt where they say nothing that can be understood.
std::optional<int> cleanup_days(const std::string& folder) {
  std::string settings;
  try {
    settings = read_whole_file(folder + "/settings.json");
  } catch (const Error&) {
    return std::nullopt;
  }
  std::string days;
  JsonObjectReader().read_copy(settings, [&](std::string_view key, JsonValue& value) {
    if (key == "cleanupPeriodDays") days = value.token().value_or("");
  });
  int number = 0;
  const auto [end, problem] = std::from_chars(days.data(), days.data() + days.size(), number);
  if (problem != std::errc() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

std::string_view ClaudeSource::name() const { return kClaudeSource; }
int64_t ClaudeSource::parser_version() const { return kClaudeParserVersion; }

std::vector<std::string> ClaudeSource::roots(const SourceEnvironment& environment) const {
  std::vector<std::string> roots = config_folders(environment);
  for (std::string& root : roots) root += "/projects";
  return roots;
}

std::optional<int> ClaudeSource::retention_days(const SourceEnvironment& environment) const {
  constexpr int kDefaultDays = 30;
  std::optional<int> least;
  for (const std::string& folder : config_folders(environment)) {
    if (!exists(folder + "/projects")) continue;
    const int days = cleanup_days(folder).value_or(kDefaultDays);
    least = std::min(least.value_or(days), days);
  }
  return least;
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
