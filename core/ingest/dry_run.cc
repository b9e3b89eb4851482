#include "core/ingest/dry_run.h"

#include "core/ledger/forgetting.h"

namespace relayburn {

void DryRunStore::load(Kind kind) {
  if (is_loaded_[index_of(kind)]) return;
  is_loaded_[index_of(kind)] = true;
  snapshot_->scan(kind, {}, [&](Row row) {
    records_[index_of(kind)][row[kIdColumn].key()] = {rank_of(kind, row), tie_of(kind, row)};
  });
}

Forgotten DryRunStore::forgotten() { return forgotten_of(*snapshot_); }

Tallies DryRunStore::append(const Batch& batch) {
  Tallies tallies{};
  for (const Kind kind : kAllKinds) {
    Tally& tally = tallies[index_of(kind)];
    tally.duplicate = batch.folded(kind);
    if (batch.row_count(kind) == 0) continue;
    load(kind);
    for (size_t i = 0; i < batch.row_count(kind); ++i) {
      const Row row = batch.row(kind, i);
      const Standing ours{rank_of(kind, row), tie_of(kind, row)};
      const auto [place, is_new] = records_[index_of(kind)].emplace(row[kIdColumn].key(), ours);
      const Standing theirs = place->second;
      const bool is_greater =
          theirs.rank < ours.rank || (theirs.rank == ours.rank && theirs.tie < ours.tie);
      ++(is_new ? tally.inserted : is_greater ? tally.updated : tally.duplicate);
      if (is_greater) place->second = ours;
    }
  }
  return tallies;
}

}  // namespace relayburn
