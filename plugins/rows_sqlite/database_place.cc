#include "plugins/rows_sqlite/database_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"

namespace relayburn {
namespace {

// The database file format, 1.3: the magic, then at 18 and 19 the versions for writing and reading,
// 2 for a write-ahead log.
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr size_t kHeaderBytes = 100;
constexpr size_t kWriteVersionAt = 18;
constexpr char kWalVersion = 2;

DatabaseState::File file_state(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return {};
  return {true, status.st_ino, status.st_size, status.st_mtim};
}

bool is_folder_writable(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

}  // namespace

DatabaseState state_of(const std::string& path) {
  return {file_state(path), file_state(path + "-wal"), file_state(path + "-journal")};
}

DatabasePlace look_at(const std::string& path) {
  const FileHandle file = FileHandle::open(path, O_RDONLY);
  const struct stat status = file.status(path);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::Corrupt, path + " is not a regular file");
  const bool is_owner = geteuid() == 0 || geteuid() == status.st_uid;
  DatabasePlace place{path, false, is_owner && is_folder_writable(path), state_of(path)};
  std::string header(kHeaderBytes, '\0');
  header.resize(read_at(file, header.data(), header.size(), 0, path));
  if (header.empty()) return place;
  if (header.size() < kHeaderBytes || !header.starts_with(kMagic))
    throw Error(ErrorKind::Corrupt, path + " is no SQLite database");
  place.uses_wal = header[kWriteVersionAt] == kWalVersion;
  return place;
}

}  // namespace relayburn
