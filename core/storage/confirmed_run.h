#pragma once

#include <string>

#include "core/base/error.h"
#include "core/records/batch.h"

namespace relayburn {

// For backends, when a batch comes: `last_batch` is the run's last one that the store has, 0 for
// none. Where that lies before what was confirmed, the store has been restored, made anew, or has
// lost commits. Later batches must not come in then: their cursors would skip what is missing.
inline void require_confirmed_batches(const RunMark& run, int64_t last_batch,
                                      const std::string& store) {
  if (!run.run_id.empty() && last_batch < run.confirmed)
    throw Error(ErrorKind::Unavailable, store + " has lost what this run wrote before",
                "run again: it is read from the logs once more");
}

}  // namespace relayburn
