#include "apps/relayburn/hook.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "core/base/error.h"
#include "core/sources/claude/claude_hook.h"

namespace relayburn {
namespace {

constexpr size_t kMaxInput = size_t{64} << 20;  // the answer of a tool is part of it
constexpr char kTooLate[] =
    "relayburn: the hook gives up, the ledger took too long; the next ingest reads what is "
    "missing\n";

// Only what a signal handler may call.
void give_up(int) {
  (void)!write(STDERR_FILENO, kTooLate, sizeof(kTooLate) - 1);
  _exit(0);
}

}  // namespace

bool is_hook(int argc, const char* const* argv) {
  bool is_ingest = false, has_flag = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    is_ingest |= argument == "ingest";
    has_flag |= argument == "--hook" || argument.starts_with("--hook=");
  }
  return is_ingest && has_flag;
}

void end_hook_after(unsigned seconds) {
  std::signal(SIGALRM, give_up);
  alarm(seconds);
}

std::string read_hook_input() {
  std::string input;
  std::array<char, 65536> block;
  while (input.size() < kMaxInput) {
    const ssize_t count = read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw Error(ErrorKind::Internal,
                  std::string("cannot read standard input: ") + std::strerror(errno));
    if (count == 0) break;
    input.append(block.data(), static_cast<size_t>(count));
  }
  return input;
}

IngestCommand with_hook_input(const IngestCommand& command, const std::string& home,
                              const std::string& input) {
  IngestCommand named = command;
  named.sources = {command.hook};
  named.paths = claude_hook_logs(input, home);
  return named;
}

}  // namespace relayburn
