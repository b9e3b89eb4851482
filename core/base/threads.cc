#include "core/base/threads.h"

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace relayburn {

void run_on_threads(size_t count, const std::function<void(size_t)>& work) {
  std::mutex mutex;
  std::exception_ptr failure;
  const auto guarded = [&](size_t index) {
    try {
      work(index);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  size_t begun = 1;
  try {
    threads.reserve(count);
    for (; begun < count; ++begun) threads.emplace_back(guarded, begun);
  } catch (const std::system_error&) {
  }
  if (count > 0) guarded(0);
  for (; begun < count; ++begun) guarded(begun);
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace relayburn
