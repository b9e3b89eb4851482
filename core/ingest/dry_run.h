#pragma once
// A store that only says what an append would do: the merge rule over a copy of the keys.

#include <array>
#include <unordered_map>

#include "core/ingest/ingest.h"
#include "core/records/merge.h"

namespace relayburn {

class DryRunStore : public IngestStore {
 public:
  // `cursors` and `snapshot` are those of the real store.
  DryRunStore(std::vector<Cursor> cursors, std::unique_ptr<Snapshot> snapshot)
      : cursors_(std::move(cursors)), snapshot_(std::move(snapshot)) {}

  std::vector<Cursor> cursors(std::string_view) override { return cursors_; }
  Tallies append(const Batch& batch) override;
  Forgotten forgotten() override;

 private:
  struct Standing {
    Rank rank;
    int64_t tie;
  };
  void load(Kind kind);

  std::vector<Cursor> cursors_;
  std::unique_ptr<Snapshot> snapshot_;
  std::array<bool, kKindCount> is_loaded_{};
  std::array<std::unordered_map<Key, Standing, KeyHash>, kKindCount> records_;
};

}  // namespace relayburn
