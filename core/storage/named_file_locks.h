#pragma once
// with_lock() for stores on one host: an flock on a file per name, which the kernel frees when its
// holder dies. Threads exclude each other too; the thread that holds a lock may enter it again.

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace relayburn {

class NamedFileLocks {
 public:
  // Lock files are `prefix` + name + ".lock".
  explicit NamedFileLocks(std::string prefix) : prefix_(std::move(prefix)) {}

  void with_lock(std::string_view name, const std::function<void()>& fn);

 private:
  bool is_held_by_this_thread(const std::string& name);

  std::string prefix_;
  std::mutex mutex_;
  std::map<std::string, std::thread::id> holders_;
};

}  // namespace relayburn
