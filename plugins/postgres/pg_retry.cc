#include "plugins/postgres/pg_retry.h"

#include <algorithm>

namespace relayburn {
namespace {

// A server that is restarted is back by then.
constexpr std::chrono::seconds kPatience{30};
constexpr int kFirstPauseMs = 50;
constexpr int kMaxPauseMs = 3000;

}  // namespace

std::chrono::milliseconds PgRetry::next_pause(Clock::time_point now) {
  if (failures_++ == 0) first_failure_ = now;
  if (now - first_failure_ > kPatience) return std::chrono::milliseconds(0);
  const int longest = std::min(kMaxPauseMs, kFirstPauseMs << std::min(failures_, 10));
  return std::chrono::milliseconds(
      std::uniform_int_distribution<int>(longest / 2, longest)(random_));
}

}  // namespace relayburn
