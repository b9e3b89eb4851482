#include "core/ingest/run_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>

#include "core/base/instant.h"
#include "core/base/sha256.h"

namespace relayburn {
namespace {

constexpr time_t kReportSeconds = 3600;
constexpr time_t kPruneSeconds = 24 * 3600;

// False where we may not write there.
bool can_lock(const std::string& folder, const std::string& name) {
  try {
    make_directories(folder);
    FileHandle::open(folder + name + ".lock", O_RDWR | O_CREAT);
    return true;
  } catch (const Error& error) {
    if (error.kind != ErrorKind::Unauthorized) throw;
    return false;
  }
}

// Not where TMPDIR or XDG_RUNTIME_DIR say: cron and a session of the same user must meet.
std::string our_temporary_folder() { return "/tmp/relayburn-" + std::to_string(geteuid()); }
std::string temporary_folder_of(const std::string& home) {
  return our_temporary_folder() + "/" + to_hex(hash_key(home));
}

// Makes the folder above it. Empty where that one is not ours alone.
std::string temporary_folder(const std::string& home) {
  const std::string ours = our_temporary_folder();
  struct stat status;
  if (mkdir(ours.c_str(), 0700) != 0 && errno != EEXIST) return {};
  if (lstat(ours.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
      (status.st_mode & 0022) != 0)
    return {};
  return temporary_folder_of(home);
}

bool is_held(const std::string& lock_path) {
  try {
    return exists(lock_path) && !FileLock::acquire(lock_path, 0).is_held();
  } catch (const Error&) {
    return false;
  }
}

// Also where there is none, or its time is yet to come.
bool is_older(const std::string& path, time_t seconds) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return true;
  const time_t age = time(nullptr) - status.st_mtime;
  return age < 0 || age >= seconds;
}

void touch(const std::string& path) {
  const FileHandle file = FileHandle::try_open(path, O_WRONLY | O_CREAT);
  if (file.is_open()) futimens(file.fd(), nullptr);
}

}  // namespace

RunLock::RunLock(const std::string& home, const std::string& ledger, RunKind sort) {
  const std::string name = (sort == RunKind::Ingest ? "/ingest-" : "/sweep-") + ledger;
  std::string folder = home + "/locks";
  if (!can_lock(folder, name)) folder = temporary_folder(home);
  if (folder.empty() || !can_lock(folder, name)) return;
  const std::string base = folder + name;
  lock_path_ = base + ".lock";
  mark_path_ = base + ".again";
  report_path_ = base + ".reported";
  prune_path_ = base + ".pruned";
  running_path_ = base + ".running";
  holder_path_ = base + ".holder";
}

bool RunLock::acquire(int timeout_ms) {
  if (lock_path_.empty()) return true;
  FileLock lock = FileLock::acquire(lock_path_, timeout_ms);
  if (!lock.is_held()) return false;
  held_.emplace(std::move(lock));
  keep_holder(holder_path_);
  return true;
}

void RunLock::release() {
  if (held_) unlink(holder_path_.c_str());
  held_.reset();
}

std::optional<LockHolder> RunLock::holder() const { return read_holder(holder_path_); }

void RunLock::request_rescan() const { FileHandle::open(mark_path_, O_WRONLY | O_CREAT); }

bool RunLock::consume_rescan_request() const {
  return !mark_path_.empty() && unlink(mark_path_.c_str()) == 0;
}

bool RunLock::was_interrupted() const { return exists(running_path_); }
bool RunLock::has_begun_with(std::string_view forgotten) const {
  return was_interrupted() && read_whole_file(running_path_) == forgotten;
}
void RunLock::begin(std::string_view forgotten) const {
  if (!held_) return;
  const bool is_known = !was_interrupted() || has_begun_with(forgotten);
  // A mark that cannot be filled is an empty one, which is safe.
  const FileHandle file = FileHandle::try_open(running_path_, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.is_open() && is_known) (void)!write(file.fd(), forgotten.data(), forgotten.size());
}
void RunLock::end() const {
  if (held_) unlink(running_path_.c_str());
}

bool RunLock::is_report_due() const { return is_older(report_path_, kReportSeconds); }

int64_t RunLock::next_report() const {
  const int64_t time = now().us;
  if (report_path_.empty() || !exists(report_path_)) return time;
  const std::string text = read_whole_file(report_path_);
  int64_t last = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), last);
  const bool is_number = problem == std::errc() && end == text.data() + text.size();
  return is_number && last < INT64_MAX ? std::max(time, last + 1) : time;
}

void RunLock::reported(int64_t revision) const {
  const FileHandle file = FileHandle::try_open(report_path_, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.is_open()) return;
  const std::string text = std::to_string(revision);
  (void)!write(file.fd(), text.data(), text.size());
}

bool RunLock::is_prune_due() const { return is_older(prune_path_, kPruneSeconds); }
void RunLock::pruned() const { touch(prune_path_); }

std::optional<LockHolder> long_ingest(const std::string& home, const std::string& ledger) {
  for (const std::string& folder : {home + "/locks", temporary_folder_of(home)}) {
    const std::string base = folder + "/ingest-" + ledger;
    const std::optional<LockHolder> holder = read_holder(base + ".holder");
    // The lock is tried only then: a run that begins just now could find it taken.
    if (holder && holder->is_long_at_work() && is_held(base + ".lock")) return holder;
  }
  return std::nullopt;
}

}  // namespace relayburn
