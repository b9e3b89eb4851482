#pragma once
// When to try again after a failure that passes: after pauses that grow, each of a random length so
// that hosts do not come back all at once, and not for ever.

#include <chrono>
#include <random>

namespace relayburn {

class PgRetry {
 public:
  using Clock = std::chrono::steady_clock;

  // How long to wait before the next try; zero where it is time to give up.
  std::chrono::milliseconds next_pause(Clock::time_point now);

 private:
  std::minstd_rand random_{std::random_device()()};
  Clock::time_point first_failure_{};
  int failures_ = 0;
};

}  // namespace relayburn
