#pragma once
// Files, as RAII handles over POSIX. Every failure is a FileError with its errno.

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace relayburn {

// "cannot <doing> <path>: <why>"; Unauthorized where we may not, else Unavailable.
[[noreturn]] void throw_file_error(std::string_view doing, const std::string& path,
                                   int error_number);

class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileHandle();

  // open(2) with O_CLOEXEC, never blocking on a pipe or device. An invalid handle (errno set) on
  // failure.
  static FileHandle try_open(const std::string& path, int flags, unsigned mode = 0600);
  static FileHandle open(const std::string& path, int flags, unsigned mode = 0600);

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  struct stat status(const std::string& path) const;

 private:
  int fd_ = -1;
};

// Up to `size` bytes at `offset`; fewer only at the end of the file. Throws on a read error.
size_t read_at(const FileHandle& file, char* buffer, size_t size, int64_t offset,
               const std::string& path);
void write_all(const FileHandle& file, std::string_view bytes, const std::string& path);

std::string read_whole_file(const std::string& path);
// Waits until the file's bytes are on the disk.
void sync_file(const FileHandle& file, const std::string& path);
void truncate_file(const FileHandle& file, int64_t size, const std::string& path);

// Renames over `path`, and waits until that is on the disk.
void rename_durably(const std::string& from, const std::string& path);
// Writes beside and renames over, so that readers see the old or the new file; mode 0600. One
// writer at a time: the file beside is `path`.new, and the next one overwrites what a killed writer
// left of it.
void replace_file(const std::string& path, std::string_view bytes, bool sync);

// Makes the directory and what is missing above it, mode 0700.
void make_directories(const std::string& path);
bool exists(const std::string& path);
// The absolute path without links; the path as it is where it leads nowhere.
std::string resolved_path(const std::string& path);
// Since 1970.
int64_t nanoseconds(const timespec& time);

// An flock on a file of its own, freed by the kernel when the process dies. On NFS Linux locks the
// file at the server (since 2.6.12), on SMB since 5.5, so hosts exclude each other there, too.
class FileLock {
 public:
  // Waits for the lock up to `timeout_ms` (-1: as long as it takes). Not held afterwards:
  // is_held().
  static FileLock acquire(const std::string& path, int timeout_ms);

  bool is_held() const { return file_.is_open(); }

 private:
  FileHandle file_;
};

}  // namespace relayburn
