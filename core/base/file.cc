#include "core/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

namespace relayburn {
namespace {

ErrorKind kind_of(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::Unauthorized;
    default:
      return ErrorKind::Unavailable;
  }
}

template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

void throw_file_error(std::string_view doing, const std::string& path, int error_number) {
  throw Error(kind_of(error_number),
              "cannot " + std::string(doing) + " " + path + ": " + std::strerror(error_number));
}

FileHandle::~FileHandle() {
  if (fd_ >= 0) close(fd_);
}

FileHandle FileHandle::try_open(const std::string& path, int flags, unsigned mode) {
  return FileHandle(retry_interrupted(
      [&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, mode); }));
}

FileHandle FileHandle::open(const std::string& path, int flags, unsigned mode) {
  FileHandle file = try_open(path, flags, mode);
  if (!file.is_open()) throw_file_error("open", path, errno);
  return file;
}

struct stat FileHandle::status(const std::string& path) const {
  struct stat status;
  if (fstat(fd_, &status) != 0) throw_file_error("stat", path, errno);
  return status;
}

size_t read_at(const FileHandle& file, char* buffer, size_t size, int64_t offset,
               const std::string& path) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = retry_interrupted([&] {
      return pread(file.fd(), buffer + done, size - done, offset + static_cast<int64_t>(done));
    });
    if (got < 0) throw_file_error("read", path, errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

void write_all(const FileHandle& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put =
        retry_interrupted([&] { return write(file.fd(), bytes.data(), bytes.size()); });
    if (put < 0) throw_file_error("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
}

std::string read_whole_file(const std::string& path) {
  const FileHandle file = FileHandle::open(path, O_RDONLY);
  std::string bytes(static_cast<size_t>(file.status(path).st_size), '\0');
  bytes.resize(read_at(file, bytes.data(), bytes.size(), 0, path));
  return bytes;
}

void sync_file(const FileHandle& file, const std::string& path) {
  if (retry_interrupted([&] { return fdatasync(file.fd()); }) != 0)
    throw_file_error("sync", path, errno);
}

void truncate_file(const FileHandle& file, int64_t size, const std::string& path) {
  if (retry_interrupted([&] { return ftruncate(file.fd(), size); }) != 0)
    throw_file_error("truncate", path, errno);
}

void rename_durably(const std::string& from, const std::string& path) {
  if (rename(from.c_str(), path.c_str()) != 0) throw_file_error("replace", path, errno);
  // The rename itself lasts only when its folder was synced.
  const std::string directory = directory_of(path);
  sync_file(FileHandle::open(directory, O_RDONLY | O_DIRECTORY), directory);
}

void replace_file(const std::string& path, std::string_view bytes, bool sync) {
  const std::string beside = path + ".new";
  try {
    const FileHandle file = FileHandle::open(beside, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(file, bytes, beside);
    if (sync) sync_file(file, beside);
    if (sync) return rename_durably(beside, path);
    if (rename(beside.c_str(), path.c_str()) != 0) throw_file_error("replace", path, errno);
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
}

void make_directories(const std::string& path) {
  if (path.empty() || path == "/" || mkdir(path.c_str(), 0700) == 0) return;
  if (errno == ENOENT) {
    make_directories(directory_of(path));
    if (mkdir(path.c_str(), 0700) == 0) return;
  }
  if (errno != EEXIST) throw_file_error("create", path, errno);
  struct stat status;
  if (stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw_file_error("create", path, ENOTDIR);
}

std::string resolved_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), &free);
  return real ? std::string(real.get()) : path;
}

int64_t nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

bool exists(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0;
}

FileLock FileLock::acquire(const std::string& path, int timeout_ms) {
  FileLock lock;
  FileHandle file = FileHandle::open(path, O_RDWR | O_CREAT);
  if (timeout_ms < 0) {
    if (retry_interrupted([&] { return flock(file.fd(), LOCK_EX); }) != 0)
      throw_file_error("lock", path, errno);
    lock.file_ = std::move(file);
    return lock;
  }
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  while (flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw_file_error("lock", path, errno);
    if (Clock::now() >= deadline) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  lock.file_ = std::move(file);
  return lock;
}

}  // namespace relayburn
