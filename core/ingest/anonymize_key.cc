#include "core/ingest/anonymize_key.h"

#include <fcntl.h>

#include "core/base/file.h"
#include "core/base/random.h"

namespace relayburn {
namespace {

constexpr size_t kFewestDigits = 32;
constexpr size_t kMaxBytes = 4096;
constexpr int kWaitForOtherMs = 10000;

[[noreturn]] void refuse(const std::string& path, const std::string& why, const std::string& hint) {
  throw Error(ErrorKind::Usage, path + ": " + why, hint);
}

// The mode is that of the very file that was read.
std::string read_key(const std::string& path) {
  const FileHandle file = FileHandle::open(path, O_RDONLY);
  const struct stat status = file.status(path);
  if (!S_ISREG(status.st_mode)) refuse(path, "is not a regular file", {});
  if ((status.st_mode & 077) != 0)
    refuse(path, "the key of anonymous names can be read by others", "chmod 600 " + path);
  std::string key(kMaxBytes, '\0');
  key.resize(read_at(file, key.data(), key.size(), 0, path));
  key.erase(key.find_last_not_of(" \t\r\n") + 1);
  const bool is_hex = key.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (key.size() < kFewestDigits || key.size() == kMaxBytes || !is_hex)
    refuse(path, "holds no key: at least 32 hex digits in lower case are wanted",
           "make one with: openssl rand -hex 32");
  return key;
}

std::string path_in(const std::string& home) { return home + "/anonymize.key"; }

}  // namespace

std::string anonymize_key(const std::optional<std::string>& file, const std::string& home,
                          MissingKey missing) {
  if (file) return read_key(*file);
  const std::string path = path_in(home);
  if (exists(path)) return read_key(path);
  if (missing == MissingKey::Pretend) return random_id() + random_id();
  make_directories(home);
  const FileLock lock = FileLock::acquire(home + "/host.lock", kWaitForOtherMs);
  if (!exists(path)) replace_file(path, random_id() + random_id() + "\n", true);
  return read_key(path);
}

std::optional<std::string> kept_anonymize_key(const std::optional<std::string>& file,
                                              const std::string& home) {
  if (!file && !exists(path_in(home))) return std::nullopt;
  return anonymize_key(file, home, MissingKey::Pretend);
}

}  // namespace relayburn
