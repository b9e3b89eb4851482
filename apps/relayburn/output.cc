#include "apps/relayburn/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
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

int terminal_width() {
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace relayburn
