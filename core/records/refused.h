#pragma once

#include "core/records/batch.h"

namespace relayburn {

// Returns how many records of a batch the store set aside: those that are in none of the counts
// that its append returned.
inline int64_t refused_records(const Batch& batch, const Tallies& tallies) {
  int64_t refused = 0;
  for (const Kind kind : kAllKinds) {
    const Tally& tally = tallies[index_of(kind)];
    refused += static_cast<int64_t>(batch.row_count(kind)) + batch.folded(kind) - tally.inserted -
               tally.updated - tally.duplicate;
  }
  return refused;
}

}  // namespace relayburn
