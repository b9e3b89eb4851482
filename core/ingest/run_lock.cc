#include "core/ingest/run_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

namespace relayburn {
namespace {

constexpr time_t kReportSeconds = 3600;

}  // namespace

RunLock::RunLock(const std::string& home, const std::string& ledger) {
  const std::string base = home + "/locks/ingest-" + ledger;
  make_directories(home + "/locks");
  lock_path_ = base + ".lock";
  mark_path_ = base + ".again";
  report_path_ = base + ".reported";
}

bool RunLock::acquire(int timeout_ms) {
  FileLock lock = FileLock::acquire(lock_path_, timeout_ms);
  if (!lock.is_held()) return false;
  held_.emplace(std::move(lock));
  return true;
}

void RunLock::release() { held_.reset(); }

void RunLock::leave_mark() const { FileHandle::open(mark_path_, O_WRONLY | O_CREAT); }

bool RunLock::take_mark() const { return unlink(mark_path_.c_str()) == 0; }

bool RunLock::is_report_due() const {
  struct stat status;
  if (stat(report_path_.c_str(), &status) != 0) return true;
  const time_t age = time(nullptr) - status.st_mtime;
  return age < 0 || age >= kReportSeconds;
}

void RunLock::reported() const {
  const FileHandle file = FileHandle::try_open(report_path_, O_WRONLY | O_CREAT);
  if (file.is_open()) futimens(file.fd(), nullptr);
}

}  // namespace relayburn
