#include "plugins/rows_sqlite/private_copy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"

namespace relayburn {
namespace {

constexpr int kMostAttempts = 10;
constexpr std::chrono::milliseconds kBetweenAttempts{50};
constexpr const char* kSuffixes[] = {"", "-wal", "-journal", "-shm"};

// Only we can look into it.
std::string make_private_folder() {
  const char* parent = secure_getenv("TMPDIR");
  std::string pattern = std::string(parent != nullptr && *parent == '/' ? parent : "/tmp");
  pattern += "/relayburn-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw_file_error("create", pattern, errno);
  return pattern;
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

PrivateCopy::PrivateCopy(const std::string& path) : folder_(make_private_folder()) {
  try {
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
      if (attempt > 0) std::this_thread::sleep_for(kBetweenAttempts);
      const DatabaseState before = state_of(path);
      remove_files();
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

void PrivateCopy::remove_files() {
  for (const char* suffix : kSuffixes) unlink((path() + suffix).c_str());
}

void PrivateCopy::remove() {
  if (folder_.empty()) return;
  remove_files();
  rmdir(folder_.c_str());
  folder_.clear();
}

}  // namespace relayburn
