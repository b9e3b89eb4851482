#include "core/storage/named_file_locks.h"

#include "core/base/file.h"
#include "core/base/sha256.h"

namespace relayburn {
namespace {

// Names become file names: what is not plain, or is long, is known by its hash.
std::string file_part(std::string_view name) {
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos &&
      !name.empty() && name.size() < 64)
    return std::string(name);
  return "=" + to_hex(hash_key(name));
}

}  // namespace

bool NamedFileLocks::is_held_by_this_thread(const std::string& name) {
  const std::lock_guard guard(mutex_);
  const auto holder = holders_.find(name);
  return holder != holders_.end() && holder->second == std::this_thread::get_id();
}

void NamedFileLocks::with_lock(std::string_view name, const std::function<void()>& fn) {
  const std::string part = file_part(name);
  if (is_held_by_this_thread(part)) return fn();
  // Each open file description locks for itself, so this excludes other threads as well.
  const FileLock lock = FileLock::acquire(prefix_ + part + ".lock", -1);
  {
    const std::lock_guard guard(mutex_);
    holders_[part] = std::this_thread::get_id();
  }
  struct Release {
    NamedFileLocks& locks;
    const std::string& part;
    ~Release() {
      const std::lock_guard guard(locks.mutex_);
      locks.holders_.erase(part);
    }
  } release{*this, part};
  fn();
}

}  // namespace relayburn
