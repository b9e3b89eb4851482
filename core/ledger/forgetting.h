#pragma once
// Forgets, on top of the seam. Writers turn new records that are covered into tombstones
// (Batch::forgotten); sweep_forgotten() does so with those that were stored before. Two hosts that
// write at once may miss each other, so each looks for new forget records again when it is done.
// Until a host has swept, readers see tombstones where the store still has records.

#include <memory>
#include <span>

#include "core/records/forgotten.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

Forgotten forgotten_of(Snapshot& snapshot);

// The snapshot, in which what is forgotten is void, and such content is not there at all.
std::unique_ptr<Snapshot> without_forgotten(std::unique_ptr<Snapshot> snapshot);

// Puts all that is forgotten into its void form, and takes the old one off the disk as far as the
// store can. Sessions of forgotten projects become forgotten themselves. Gives how many records
// changed.
struct Swept {
  int64_t sessions = 0;  // that became so
  int64_t records = 0;
};
Swept sweep_forgotten(StorageAdapter& ledger);
// Has the ledger forget these from now on, and sweeps. With a project the sessions of it that are
// there are named in the same transaction: whoever reads after it sees nothing of them.
Swept forget(StorageAdapter& ledger, std::span<const Forget> wanted);
// The same for what a further forget would take with it, changing nothing.
Swept would_sweep(Snapshot& snapshot, Forgotten forgotten);

}  // namespace relayburn
