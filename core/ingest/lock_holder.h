#pragma once
// Names who holds the lock of a run, for messages: a file beside the lock, and no part of it.

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/instant.h"

namespace relayburn {

struct LockHolder {
  int64_t pid = 0;
  std::string host;  // whose process it is: hosts may share a home
  Instant since;

  // True after more than an hour: longer than a run takes, but for a first one of very many logs.
  bool is_long_at_work() const;
  // "process 12 on laptop, since 2026-11-29T10:00:00Z"
  std::string text() const;
};

// Writes down that this process holds the lock from now on. Does nothing where that cannot be
// written.
void keep_holder(const std::string& path);
std::optional<LockHolder> read_holder(const std::string& path);

}  // namespace relayburn
