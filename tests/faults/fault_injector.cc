// Preloaded into the program under test (tests/cli/faults.py): lets one call that changes a file
// fail.
//
// RELAYBURN_FAULT          what happens: enospc, eio, eintr (once: the call did nothing), short
// (half
//                          the bytes are written), kill-before, kill-half (of the bytes),
//                          kill-after
// RELAYBURN_FAULT_BELOW    counts calls only on paths below this folder, given as the program does
// RELAYBURN_FAULT_AT       to which of the calls that can fail in this way, from 1
// RELAYBURN_FAULT_LASTS    set: to every later one, too
// RELAYBURN_FAULT_REPORT   a file that says afterwards which call it was; none where there was none
// RELAYBURN_CHANGE_LOG     a file that gets every change of a file below the folder (change_log.h)
// RELAYBURN_FILE_SYSTEM    what fstatfs(2) says of paths below the folder, a number of
// linux/magic.h
//
// Calls go to the kernel by syscall(2), so it does not matter what else is preloaded.

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/faults/change_log.h"

namespace {

enum class Call { Write, Sync, Truncate, Open, Rename, Unlink, Mkdir };

std::string variable(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? "" : value;
}

struct Plan {
  std::string fault = variable("RELAYBURN_FAULT");
  std::string below = variable("RELAYBURN_FAULT_BELOW") + "/";
  long at = atol(variable("RELAYBURN_FAULT_AT").c_str());
  bool lasts = getenv("RELAYBURN_FAULT_LASTS") != nullptr;
  std::string report = variable("RELAYBURN_FAULT_REPORT");
  long file_system = strtol(variable("RELAYBURN_FILE_SYSTEM").c_str(), nullptr, 0);
  std::atomic<long> calls = 0;
  ChangeLog changes{variable("RELAYBURN_CHANGE_LOG")};
};

Plan& plan() {
  static Plan plan;
  return plan;
}

bool is_below(std::string_view path) { return path.starts_with(plan().below); }

std::string path_of(int fd) {
  char path[PATH_MAX];
  const ssize_t size = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  return {path, size > 0 ? static_cast<size_t>(size) : 0};
}

bool applies_to(const std::string& fault, Call call, size_t size) {
  if (fault == "enospc") return call != Call::Unlink;
  if (fault == "eintr")
    return call == Call::Write || call == Call::Sync || call == Call::Truncate ||
           call == Call::Open;
  if (fault == "short" || fault == "kill-half") return call == Call::Write && size > 1;
  return !fault.empty();
}

void report(const char* name, const std::string& path) {
  const std::string line = std::string(name) + " " + path + "\n";
  const long fd = syscall(SYS_openat, AT_FDCWD, plan().report.c_str(),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  syscall(SYS_write, fd, line.data(), line.size());
  syscall(SYS_close, fd);
}

// The fault that this call meets; empty: none.
std::string_view fault_of(Call call, const char* name, const std::string& path, size_t size = 0) {
  if (!is_below(path) || !applies_to(plan().fault, call, size)) return {};
  const long number = ++plan().calls;
  if (number < plan().at || (number > plan().at && !plan().lasts)) return {};
  if (number == plan().at) report(name, path);
  return plan().fault;
}

void die() { syscall(SYS_kill, getpid(), SIGKILL); }

template <class Real>
long disturbed(std::string_view fault, Real real) {
  const int error = fault == "enospc"  ? ENOSPC
                    : fault == "eio"   ? EIO
                    : fault == "eintr" ? EINTR
                                       : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  if (fault == "kill-before") die();
  const long result = real();
  if (fault == "kill-after") die();
  return result;
}

// The log, where the call changed what it is about.
ChangeLog* log_of(long result, const std::string& path) {
  return result >= 0 && plan().changes.is_kept() && is_below(path) ? &plan().changes : nullptr;
}

// `real` writes as many of the bytes as it is told.
template <class Real>
ssize_t disturbed_write(const char* name, int fd, size_t size, Real real, off_t offset = -1) {
  const std::string_view fault = fault_of(Call::Write, name, path_of(fd), size);
  const bool is_half = fault == "short" || fault == "kill-half";
  const long written = disturbed(fault, [&] { return real(is_half ? size / 2 : size); });
  if (ChangeLog* log = log_of(written, path_of(fd))) log->written(fd, written, offset);
  if (fault == "kill-half") die();
  return written;
}

int disturbed_open(int directory, const char* path, int flags, va_list arguments) {
  const bool has_mode = (flags & (O_CREAT | O_TMPFILE)) != 0;
  const unsigned mode = has_mode ? va_arg(arguments, unsigned) : 0;
  const auto real = [&] { return syscall(SYS_openat, directory, path, flags, mode); };
  if ((flags & O_CREAT) == 0) return static_cast<int>(real());
  const bool was_there = (flags & O_TRUNC) == 0 && access(path, F_OK) == 0;
  const int fd = static_cast<int>(disturbed(fault_of(Call::Open, "open", path), real));
  if (ChangeLog* log = was_there ? nullptr : log_of(fd, path)) log->created(fd, path);
  return fd;
}

template <class Real>
int disturbed_sync(const char* name, int fd, Real real) {
  const int result = static_cast<int>(disturbed(fault_of(Call::Sync, name, path_of(fd)), real));
  if (ChangeLog* log = log_of(result, path_of(fd) + "/")) log->synced(fd);
  return result;
}

// A call that changes which files are in `path`'s folder.
template <class Real>
int disturbed_name(Call call, const char* name, const std::string& path, const std::string& from,
                   Real real) {
  const int result = static_cast<int>(disturbed(fault_of(call, name, path), real));
  if (ChangeLog* log = log_of(result, path))
    log->changed_folder(std::string(name) + " " + (from.empty() ? "" : from + "\t") + path);
  return result;
}

// Of several buffers the first ones that hold `size` bytes, or a part of the first.
int first_of(const iovec* parts, int count, size_t size, iovec& part) {
  int taken = 0;
  for (size_t sum = 0; taken < count && sum + parts[taken].iov_len <= size; ++taken)
    sum += parts[taken].iov_len;
  part = {parts[0].iov_base, size};
  return taken;
}

template <class Real>
ssize_t disturbed_writev(const char* name, int fd, const iovec* parts, int count, Real real,
                         off_t offset = -1) {
  size_t all = 0;
  for (int i = 0; i < count; ++i) all += parts[i].iov_len;
  return disturbed_write(
      name, fd, all,
      [&](size_t size) {
        iovec part;
        const int taken = first_of(parts, count, size, part);
        return taken > 0 ? real(parts, taken) : real(&part, 1);
      },
      offset);
}

}  // namespace

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED ssize_t write(int fd, const void* bytes, size_t size) {
  return disturbed_write("write", fd, size,
                         [&](size_t some) { return syscall(SYS_write, fd, bytes, some); });
}

EXPORTED ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  return disturbed_write(
      "pwrite", fd, size,
      [&](size_t some) { return syscall(SYS_pwrite64, fd, bytes, some, offset); }, offset);
}
EXPORTED ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return pwrite64(fd, bytes, size, offset);
}

EXPORTED ssize_t writev(int fd, const iovec* parts, int count) {
  return disturbed_writev("writev", fd, parts, count, [&](const iovec* some, int number) {
    return syscall(SYS_writev, fd, some, number);
  });
}

EXPORTED ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t offset) {
  return disturbed_writev(
      "pwritev", fd, parts, count,
      [&](const iovec* some, int number) {
        return syscall(SYS_pwritev, fd, some, number, offset, 0);
      },
      offset);
}
EXPORTED ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return pwritev64(fd, parts, count, offset);
}

EXPORTED int fsync(int fd) {
  return disturbed_sync("fsync", fd, [&] { return syscall(SYS_fsync, fd); });
}
EXPORTED int fdatasync(int fd) {
  return disturbed_sync("fdatasync", fd, [&] { return syscall(SYS_fdatasync, fd); });
}

EXPORTED int ftruncate64(int fd, off64_t size) noexcept {
  const int result = static_cast<int>(disturbed(fault_of(Call::Truncate, "ftruncate", path_of(fd)),
                                                [&] { return syscall(SYS_ftruncate, fd, size); }));
  if (ChangeLog* log = log_of(result, path_of(fd))) log->truncated(fd, size);
  return result;
}
EXPORTED int ftruncate(int fd, off_t size) noexcept { return ftruncate64(fd, size); }

EXPORTED int renameat2(int from_directory, const char* from, int to_directory, const char* to,
                       unsigned flags) noexcept {
  return disturbed_name(Call::Rename, "rename", to, from, [&] {
    return syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
  });
}
EXPORTED int renameat(int from_directory, const char* from, int to_directory,
                      const char* to) noexcept {
  return renameat2(from_directory, from, to_directory, to, 0);
}
EXPORTED int rename(const char* from, const char* to) noexcept {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORTED int unlinkat(int directory, const char* path, int flags) noexcept {
  return disturbed_name(Call::Unlink, "unlink", path, "",
                        [&] { return syscall(SYS_unlinkat, directory, path, flags); });
}
EXPORTED int unlink(const char* path) noexcept { return unlinkat(AT_FDCWD, path, 0); }

EXPORTED int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return disturbed_name(Call::Mkdir, "mkdir", path, "",
                        [&] { return syscall(SYS_mkdirat, directory, path, mode); });
}
EXPORTED int mkdir(const char* path, mode_t mode) noexcept { return mkdirat(AT_FDCWD, path, mode); }

EXPORTED int openat64(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const int fd = disturbed_open(directory, path, flags, arguments);
  va_end(arguments);
  return fd;
}
EXPORTED int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const int fd = disturbed_open(directory, path, flags, arguments);
  va_end(arguments);
  return fd;
}
EXPORTED int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const int fd = disturbed_open(AT_FDCWD, path, flags, arguments);
  va_end(arguments);
  return fd;
}
EXPORTED int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const int fd = disturbed_open(AT_FDCWD, path, flags, arguments);
  va_end(arguments);
  return fd;
}

EXPORTED int fstatfs(int fd, struct statfs* status) noexcept {
  const long result = syscall(SYS_fstatfs, fd, status);
  if (result == 0 && plan().file_system != 0 && is_below(path_of(fd) + "/"))
    status->f_type = plan().file_system;
  return static_cast<int>(result);
}
EXPORTED int statfs(const char* path, struct statfs* status) noexcept {
  const long result = syscall(SYS_statfs, path, status);
  if (result == 0 && plan().file_system != 0 && is_below(std::string(path) + "/"))
    status->f_type = plan().file_system;
  return static_cast<int>(result);
}
