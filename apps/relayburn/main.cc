#include <csignal>
#include <exception>
#include <new>

#include "apps/relayburn/commands.h"
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
    case ErrorKind::Conflict:
      return kNoStore;
    case ErrorKind::NotFound:
    case ErrorKind::Corrupt:
    case ErrorKind::Internal:
      return kFailed;
  }
  return kFailed;
}

int run_command(const CommandLine& line) {
  ConsoleLog log(line.common.is_quiet ? LogLevel::Error : line.common.log_level,
                 line.common.log_format);
  try {
    const Settings settings = Settings::load(line.common.settings, process_environment());
    const Session session{line.common, settings, log};
    return std::visit([&](const auto& command) { return run(command, session); }, line.command);
  } catch (const Error& error) {
    log.write(LogLevel::Error, error.hint.empty()
                                   ? error.what()
                                   : std::string(error.what()) + " (hint: " + error.hint + ")");
    return exit_code(error.kind);
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Errors of write(2) instead: a closed pipe ends us quietly, a file-size limit as a full disk
  // does.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    const auto parsed = parse_command_line(argc, argv);
    if (const auto* message = std::get_if<Message>(&parsed)) {
      print(message->text);
      return kDone;
    }
    return run_command(std::get<CommandLine>(parsed));
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
