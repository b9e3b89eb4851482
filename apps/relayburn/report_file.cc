#include "apps/relayburn/report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/file.h"
#include "core/base/random.h"

namespace relayburn {
namespace {

bool is_pipe_or_device(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void write_into(const std::string& path, std::string_view text) {
  const FileHandle file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) throw_file_error("open", path, errno);
  write_all(file, text, path);
}

mode_t mode_of(const std::string& path, ReportReaders readers) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : static_cast<mode_t>(readers);
}

// The name beside is nobody else's, also not of a run at the same time.
void replace(const std::string& path, std::string_view text, mode_t mode) {
  const std::string beside = path + "." + random_id() + ".new";
  try {
    const FileHandle file = FileHandle::open(beside, O_WRONLY | O_CREAT | O_EXCL);
    write_all(file, text, beside);
    if (fchmod(file.fd(), mode) != 0) throw_file_error("set the mode of", beside, errno);
    if (rename(beside.c_str(), path.c_str()) != 0) throw_file_error("replace", path, errno);
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
}

}  // namespace

void write_report_file(const std::string& path, std::string_view text, ReportReaders readers) {
  try {
    if (is_pipe_or_device(path)) return write_into(path, text);
    // A link stays, and what it leads to is replaced.
    const std::string file = resolved_path(path);
    replace(file, text, mode_of(file, readers));
  } catch (const Error& error) {
    throw Error(ErrorKind::Internal, error.what());
  }
}

}  // namespace relayburn
