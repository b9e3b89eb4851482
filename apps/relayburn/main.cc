#include <algorithm>
#include <csignal>
#include <exception>
#include <functional>
#include <new>

#include "apps/relayburn/commands.h"
#include "apps/relayburn/console_log.h"
#include "apps/relayburn/hook.h"
#include "apps/relayburn/output.h"
#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"

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
      return kStoreUnavailable;
    case ErrorKind::NotFound:
    case ErrorKind::Corrupt:
    case ErrorKind::Internal:
      return kFailed;
  }
  return kFailed;
}

// The names that scripts know an error by.
const char* code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Usage:
      return "usage";
    case ErrorKind::PluginMissing:
      return "plugin-missing";
    case ErrorKind::PluginIncompatible:
      return "plugin-incompatible";
    case ErrorKind::Unavailable:
      return "unavailable";
    case ErrorKind::Unauthorized:
      return "unauthorized";
    case ErrorKind::SchemaTooNew:
      return "schema-too-new";
    case ErrorKind::SchemaTooOld:
      return "schema-too-old";
    case ErrorKind::Conflict:
      return "conflict";
    case ErrorKind::NotFound:
      return "not-found";
    case ErrorKind::Corrupt:
      return "corrupt";
    case ErrorKind::Internal:
      return "internal";
  }
  return "internal";
}

std::string error_json(const Error& error) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("error").begin_object().key("code").string(code_of(error.kind));
  json.key("message").string(storable(error.what())).key("hint");
  if (error.hint.empty()) {
    json.null();
  } else {
    json.string(storable(error.hint));
  }
  json.key("exitCode").integer(exit_code(error.kind)).end_object().end_object();
  return text + "\n";
}

// True where the error is to be JSON, too.
bool asks_for_json(int argc, const char* const* argv) {
  return std::any_of(argv + std::min(argc, 1), argv + argc,
                     [](const char* argument) { return argument == std::string_view("--json"); });
}

int fail(const Error& error, bool prints_json) {
  const int code = exit_code(error.kind);
  if (!prints_json) return code;
  try {
    return print_and_return(error_json(error), code);
  } catch (const Error&) {
    return code;  // the output cannot be written: that is on stderr
  }
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

int run_with(const Settings& settings, const Command& command, bool prints_json) {
  ConsoleLog log(settings.is_quiet() ? LogLevel::Error : log_level_of(settings.log_level()),
                 log_format_of(settings.log_format()));
  try {
    const CommandContext session{settings, log};
    return std::visit([&](const auto& each) { return run(each, session); }, command);
  } catch (const Error& error) {
    report(error, log);
    // status has said what it could by then.
    return fail(error, prints_json && !std::holds_alternative<StatusCommand>(command));
  }
}

int run_command(const CommandLine& line, bool prints_json) {
  std::optional<Settings> settings;
  try {
    settings = Settings::load(line.common.settings, process_environment());
  } catch (const Error& error) {
    ConsoleLog log(LogLevel::Error, log_format_of(flag_of(line.common, "log_format")));
    report(error, log);
    return fail(error, prints_json);
  }
  return run_with(*settings, line.command, prints_json);
}

int run_guarded(const std::function<int()>& run, bool prints_json) {
  try {
    return run();
  } catch (const ClosedPipe&) {
    return kDone;
  } catch (const Error& error) {
    print_error("relayburn: " + printable(error.what()) +
                (error.hint.empty() ? "" : " (" + error.hint + ")") + "\n");
    return fail(error, prints_json);
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
  const bool prints_json = asks_for_json(argc, argv) && !is_for_agent;
  const auto run = [&]() -> int {
    const auto parsed = parse_command_line(argc, argv);
    if (const auto* message = std::get_if<Message>(&parsed)) {
      print(message->text);
      return kDone;
    }
    return run_command(std::get<CommandLine>(parsed), prints_json);
  };
  const int code = run_guarded(run, prints_json);
  return is_for_agent ? kDone : code;
}
