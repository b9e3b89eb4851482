#include "tests/faults/change_log.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

struct stat status_of(int fd) {
  struct stat status {};
  fstat(fd, &status);
  return status;
}

std::string inode_of(int fd) { return std::to_string(status_of(fd).st_ino); }

std::string link_of(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

int open_raw(const std::string& path, int flags) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path.c_str(), flags | O_CLOEXEC, 0600));
}

}  // namespace

void ChangeLog::written(int fd, ssize_t size, off_t offset) {
  if (!is_kept() || size <= 0) return;
  if (offset < 0) offset = lseek(fd, 0, SEEK_CUR) - size;
  // It may be open for writing only.
  const int readable = open_raw(link_of(fd), O_RDONLY);
  std::string bytes(static_cast<size_t>(size), '\0');
  const bool is_read = pread(readable, bytes.data(), bytes.size(), offset) == size;
  close(readable);
  if (!is_read) return;
  append("write " + inode_of(fd) + " " + std::to_string(offset) + " " + std::to_string(size),
         bytes);
}

void ChangeLog::truncated(int fd, off_t size) {
  append("truncate " + inode_of(fd) + " " + std::to_string(size));
}

void ChangeLog::synced(int fd) {
  if (!is_kept()) return;
  if (!S_ISDIR(status_of(fd).st_mode)) return append("sync " + inode_of(fd));
  char path[PATH_MAX];
  const ssize_t size = readlink(link_of(fd).c_str(), path, sizeof path);
  append("sync_folder " + std::string(path, size > 0 ? static_cast<size_t>(size) : 0));
}

void ChangeLog::created(int fd, const std::string& path) {
  append("create " + inode_of(fd) + " " + path);
}

void ChangeLog::changed_folder(const std::string& what) { append(what); }

void ChangeLog::append(std::string head, const std::string& bytes) {
  if (!is_kept()) return;
  head += '\n';
  head += bytes;
  const int fd = open_raw(path_, O_WRONLY | O_CREAT | O_APPEND);
  syscall(SYS_write, fd, head.data(), head.size());
  close(fd);
}
