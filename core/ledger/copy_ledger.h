#pragma once

#include <functional>

#include "core/records/forgotten.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// Merges what a snapshot holds into another ledger: records of every kind, hosts and sightings, and
// content that is not hidden; never cursors. Streams, so memory does not grow with the ledger. What
// is there already stays by the merge rule, so a second copy changes nothing. The answer is what
// the appends changed; they are counted under `run`. What the other ledger has `forgotten` comes in
// void, and it learns what else is (Batch::forgotten); null: nothing.
Tallies copy_ledger(Snapshot& from, const RunMark& run, Forgotten* forgotten,
                    const std::function<Tallies(const Batch&)>& append);

}  // namespace relayburn
