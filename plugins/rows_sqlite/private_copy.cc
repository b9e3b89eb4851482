#include "plugins/rows_sqlite/private_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"

namespace relayburn {
namespace {

constexpr int kMaxAttempts = 10;
constexpr std::chrono::milliseconds kBetweenAttempts{50};
constexpr const char* kCopyName = "/copy.db";
constexpr const char* kSuffixes[] = {"", "-wal", "-journal", "-shm"};

constexpr std::string_view kFolderPrefix = "relayburn-rows-";

std::string parent_folder() {
  const char* parent = secure_getenv("TMPDIR");
  return parent != nullptr && *parent == '/' ? parent : "/tmp";
}

// Only we can look into it.
std::string make_private_folder() {
  std::string pattern = parent_folder() + "/" + std::string(kFolderPrefix) + "XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw_file_error("create", pattern, errno);
  return pattern;
}

// Held as long as the copy is in use; freed with whoever dies.
FileHandle lock_folder(const std::string& folder) {
  FileHandle lock = FileHandle::try_open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!lock.is_open() || flock(lock.fd(), LOCK_EX | LOCK_NB) != 0) return {};
  return lock;
}

void remove_files_in(const std::string& folder) {
  for (const char* suffix : kSuffixes) unlink((folder + kCopyName + suffix).c_str());
}

// What runs that were killed have left: prompts stand in it.
void remove_abandoned_copies() {
  const std::string parent = parent_folder();
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(parent.c_str()), &closedir);
  if (!stream) return;
  while (const dirent* entry = readdir(stream.get())) {
    struct stat status;
    if (!std::string_view(entry->d_name).starts_with(kFolderPrefix) ||
        fstatat(dirfd(stream.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISDIR(status.st_mode) || status.st_uid != geteuid())
      continue;
    const std::string folder = parent + "/" + entry->d_name;
    const FileHandle lock = lock_folder(folder);
    if (!lock.is_open()) continue;
    remove_files_in(folder);
    rmdir(folder.c_str());
  }
}

void copy_file(const std::string& from, const std::string& to) {
  constexpr size_t block = size_t{1} << 20;
  const FileHandle source = FileHandle::open(from, O_RDONLY);
  const FileHandle target = FileHandle::open(to, O_WRONLY | O_CREAT | O_TRUNC);
  const auto bytes = std::make_unique<char[]>(block);
  int64_t offset = 0;
  while (const size_t size = read_at(source, bytes.get(), block, offset, from)) {
    write_all(target, {bytes.get(), size}, to);
    offset += static_cast<int64_t>(size);
  }
}

void copy_files(const std::string& from, const std::string& to, const DatabaseState& state) {
  copy_file(from, to);
  if (state.wal.exists) copy_file(from + "-wal", to + "-wal");
  if (state.journal.exists) copy_file(from + "-journal", to + "-journal");
}

}  // namespace

PrivateCopy::PrivateCopy(const std::string& path) {
  remove_abandoned_copies();
  folder_ = make_private_folder();
  lock_ = lock_folder(folder_);
  try {
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
      if (attempt > 0) std::this_thread::sleep_for(kBetweenAttempts);
      const DatabaseState before = state_of(path);
      remove_files_in(folder_);
      try {
        copy_files(path, this->path(), before);
      } catch (const Error&) {
        // A log that went away between looking and copying.
        if (state_of(path) == before) throw;
        continue;
      }
      if (state_of(path) == before) return;
    }
  } catch (...) {
    remove();
    throw;
  }
  remove();
  throw Error(ErrorKind::Unavailable,
              "cannot copy " + path + ": it is busy, and changed each time while it was copied",
              "run again");
}

std::string PrivateCopy::path() const { return folder_ + kCopyName; }

void PrivateCopy::remove() {
  if (folder_.empty()) return;
  remove_files_in(folder_);
  rmdir(folder_.c_str());
  folder_.clear();
}

}  // namespace relayburn
