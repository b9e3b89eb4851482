#pragma once
// The command line as plain structs. No work is done here.

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "apps/relayburn/console_log.h"
#include "core/config/settings.h"

namespace relayburn {

struct CommonOptions {
  FlagValues settings;
  LogLevel log_level = LogLevel::Warning;
  LogFormat log_format = LogFormat::Text;
  bool is_quiet = false;
};

enum class ProgressMode { Auto, Always, Never };

struct IngestCommand {
  std::vector<std::string> sources;
  std::vector<std::string> paths;
  bool is_full = false;
  bool is_strict = false;
  bool is_dry_run = false;
  bool prints_json = false;
  ProgressMode progress = ProgressMode::Auto;
};

struct AnalyzeCommand {
  bool prints_json = false;
  std::vector<std::string> by;
  std::optional<std::string> since, until;
  std::vector<std::string> source, model, provider, project, session, host, tag;
  std::string sort = "cost";
  std::optional<size_t> top;
  bool ingests = false;
};

struct ExportCommand {
  bool is_digest = false;
  bool with_content = false;
};

struct CopyCommand {
  std::string from, to;
  bool prints_json = false;
};

struct MigrateCommand {
  bool only_checks = false;
};

struct StatusCommand {
  bool prints_json = false;
};

struct PluginsCommand {
  bool prints_json = false;
};

struct StampCommand {
  std::string session, message, from, to, ts;
  std::vector<std::string> tags;
};

struct PruneCommand {
  std::string older_than;
  bool is_dry_run = false;
};

using Command =
    std::variant<IngestCommand, AnalyzeCommand, StatusCommand, StampCommand, ExportCommand,
                 CopyCommand, PruneCommand, MigrateCommand, PluginsCommand>;

struct CommandLine {
  CommonOptions common;
  Command command;
};

// Text to print instead of running a command (help, version).
struct Message {
  std::string text;
};

// Throws Error{Usage} for a wrong command line.
std::variant<CommandLine, Message> parse_command_line(int argc, const char* const* argv);

}  // namespace relayburn
