#include "apps/relayburn/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/base/error.h"

namespace relayburn {
namespace {

// False where the write failed; errno says why.
bool write_to(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

void print(std::string_view text) {
  if (write_to(STDOUT_FILENO, text)) return;
  if (errno == EPIPE) throw ClosedPipe{};
  throw Error(ErrorKind::Internal,
              std::string("cannot write to standard output: ") + std::strerror(errno));
}

int print_and_return(std::string_view text, int code) {
  try {
    print(text);
  } catch (const ClosedPipe&) {
    // Quiet, as everywhere.
  }
  return code;
}

void print_error(std::string_view text) { (void)write_to(STDERR_FILENO, text); }

bool is_terminal(int fd) { return isatty(fd) == 1; }

TerminalSize terminal_size(int fd) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

bool takes_colour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return is_terminal(fd) && (no_colour == nullptr || *no_colour == '\0') && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace relayburn
