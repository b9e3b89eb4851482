#pragma once
// The command line as plain structs. No work is done here.

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/config/settings.h"

namespace relayburn {

struct CommonOptions {
  FlagValues settings;
};

struct IngestCommand {
  std::vector<std::string> sources;
  std::vector<std::string> paths;
  std::string hook;  // the agent that runs us as a hook and tells its log on standard input
  bool is_full = false;
  bool is_strict = false;
  bool is_dry_run = false;
  bool prints_json = false;
  bool watches = false;
};

enum class ReportFormat { Text, Json, Csv, Markdown, Html, Prometheus };

struct AnalyzeCommand {
  ReportFormat format = ReportFormat::Text;
  std::string file;  // of the last two formats
  std::vector<std::string> by;
  std::optional<std::string> since, until;
  std::vector<std::string> source, model, provider, project, session, host, user, branch, agent,
      activity, tool, tag;
  std::optional<std::string> sort;
  std::optional<size_t> top;
  bool audits = false;
  bool compares_previous = false;
  std::optional<std::string> budget;
  bool ingests = false;
  bool is_brief = false;  // of that ingest only what went wrong is said
};

struct PricesCommand {
  std::string model;
  std::string source;
  bool prints_json = false;
};

struct PricesUpdateCommand {
  std::optional<std::string> from;  // a URL or a file
  bool only_checks = false;
  bool is_forced = false;
  bool prints_json = false;
};

struct ReconcileCommand {
  std::string by = "model";
  std::optional<std::string> since, until;
  std::vector<std::string> reports;
  std::optional<std::string> min_coverage;
  std::vector<std::string> source, model, provider, project, session, host, tag;
  bool prints_json = false;
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
  bool prints_json = false;
};

struct CheckCommand {
  bool repairs = false;
  bool prints_json = false;
};

struct StatusCommand {
  std::optional<std::string> max_age;
  bool is_strict = false;
  bool prints_json = false;
};

struct ConfigCommand {
  bool prints_json = false;
};

struct PluginsCommand {
  bool prints_json = false;
};

struct HostsCommand {
  enum class Action { List, Label, Retire, Restore };
  Action action = Action::List;
  std::string host;   // its id, the beginning of it, or its label
  std::string label;  // empty: its own again
  bool prints_json = false;
};

struct StampCommand {
  std::string session, message, from, to, ts;
  std::vector<std::string> tags;
  bool prints_json = false;
};

struct PruneCommand {
  std::string older_than;
  bool is_dry_run = false;
  bool prints_json = false;
};

struct ForgetCommand {
  std::vector<std::string> sessions, projects;
  bool is_dry_run = false;
  bool prints_json = false;
};

using Command = std::variant<IngestCommand, AnalyzeCommand, PricesCommand, PricesUpdateCommand,
                             StatusCommand, StampCommand, ExportCommand, CopyCommand, PruneCommand,
                             ForgetCommand, MigrateCommand, ConfigCommand, PluginsCommand,
                             HostsCommand, ReconcileCommand, CheckCommand>;

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
