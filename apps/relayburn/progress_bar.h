#pragma once
// A line on the terminal that says how far an ingest is, once it has taken a second.

#include <chrono>

#include "core/ingest/ingest.h"

namespace relayburn {

class ProgressBar {
 public:
  // An instance that is not shown prints nothing.
  explicit ProgressBar(bool is_shown) : is_shown_(is_shown) {}
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(const IngestProgress& progress);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool is_shown_;
  bool is_drawn_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_at_ = start_;
};

}  // namespace relayburn
