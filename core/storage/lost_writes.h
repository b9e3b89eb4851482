#pragma once
// For backends, when a batch comes: whether the store still holds what that batch builds upon. It
// may have been restored, made anew, or have lost commits. The batch must not come in then: its
// cursors would skip what is missing.

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/records/batch.h"

namespace relayburn {

[[noreturn]] inline void fail_for_lost_writes(const std::string& store) {
  throw Error(ErrorKind::Unavailable, store + " has lost what was written to it before",
              "run again: it is read from the logs once more");
}

// `last_batch` is the run's last one that the store has, 0 for none.
inline void require_confirmed_batches(const RunMark& run, int64_t last_batch,
                                      const std::string& store) {
  if (!run.run_id.empty() && last_batch < run.confirmed) fail_for_lost_writes(store);
}

// `stored` are cursors that the store has of the batch's host, at least those of the same logs.
inline void require_continued_cursors(const Batch& batch, const std::vector<Cursor>& stored,
                                      const std::string& store) {
  for (const Cursor& cursor : batch.continued)
    if (std::find(stored.begin(), stored.end(), cursor) == stored.end())
      fail_for_lost_writes(store);
}

}  // namespace relayburn
