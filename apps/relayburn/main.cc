#include <csignal>
#include <exception>
#include <functional>
#include <new>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/console_log.h"
#include "apps/relayburn/hook.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/terminal_text.h"

namespace {

using namespace relayburn;

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Usage:
      return kWrongUsage;
    case ErrorKind::PluginMissing:
    case ErrorKind::PluginIncompatible:
      return kNoPlugin;
    case ErrorKind::Unavailable:
    case ErrorKind::Unauthorized:
    case ErrorKind::SchemaTooNew:
    case ErrorKind::SchemaTooOld:
    case ErrorKind::Conflict:
      return kNoStore;
    case ErrorKind::NotFound:
    case ErrorKind::Corrupt:
    case ErrorKind::Internal:
      return kFailed;
  }
  return kFailed;
}

LogFormat log_format_of(std::string_view name) {
  return name == "json" ? LogFormat::Json : LogFormat::Text;
}

// Until the settings are known: as the flags say.
std::string flag_of(const CommonOptions& common, const char* key) {
  const auto found = common.settings.find(key);
  return found == common.settings.end() ? std::string() : found->second;
}

void report(const Error& error, Log& log) {
  log.write(LogLevel::Error, error.hint.empty()
                                 ? error.what()
                                 : std::string(error.what()) + " (hint: " + error.hint + ")");
}

int run_with(const Settings& settings, const Command& command) {
  ConsoleLog log(settings.is_quiet() ? LogLevel::Error : log_level_of(settings.log_level()),
                 log_format_of(settings.log_format()));
  try {
    const Session session{settings, log};
    return std::visit([&](const auto& each) { return run(each, session); }, command);
  } catch (const Error& error) {
    report(error, log);
    return exit_code(error.kind);
  }
}

int run_command(const CommandLine& line) {
  std::optional<Settings> settings;
  try {
    settings = Settings::load(line.common.settings, process_environment());
  } catch (const Error& error) {
    ConsoleLog log(LogLevel::Error, log_format_of(flag_of(line.common, "log_format")));
    report(error, log);
    return exit_code(error.kind);
  }
  return run_with(*settings, line.command);
}

int run_guarded(const std::function<int()>& run) {
  try {
    return run();
  } catch (const ClosedPipe&) {
    return kDone;
  } catch (const Error& error) {
    print_error("relayburn: " + printable(error.what()) +
                (error.hint.empty() ? "" : " (" + error.hint + ")") + "\n");
    return exit_code(error.kind);
  } catch (const std::bad_alloc&) {
    print_error("relayburn: out of memory\n");
    return kFailed;
  } catch (const std::exception& error) {
    print_error("relayburn: internal error: " + printable(error.what()) + "\n");
    return kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Errors of write(2) instead: a closed pipe ends us quietly, a file-size limit as a full disk
  // does.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const bool is_for_agent = is_hook(argc, argv);
  if (is_for_agent) end_hook_after(kHookSeconds);
  const int code = run_guarded([&]() -> int {
    const auto parsed = parse_command_line(argc, argv);
    if (const auto* message = std::get_if<Message>(&parsed)) {
      print(message->text);
      return kDone;
    }
    return run_command(std::get<CommandLine>(parsed));
  });
  return is_for_agent ? kDone : code;
}
