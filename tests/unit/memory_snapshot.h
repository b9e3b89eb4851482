#pragma once
// A ledger in memory, for reports and exports.

#include "core/records/batch.h"
#include "core/storage/reference_aggregate.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

class MemorySnapshot : public Snapshot {
 public:
  template <class Record>
  MemorySnapshot& add(const Record& record) {
    batch.add(record);
    return *this;
  }

  // Reports and exports filter nothing here; what filters do is the contract suite's business.
  void scan(Kind kind, const ScanFilter&, const RowSink& sink) override {
    batch.sort();
    for (size_t i = 0; i < batch.row_count(kind); ++i) sink(batch.row(kind, i));
  }
  void aggregate(const AggregateQuery& query, const GroupSink& sink) override {
    reference_aggregate(
        query, [this](const RowSink& rows) { scan(Kind::Turn, {}, rows); }, sink);
  }
  int64_t count(Kind kind) override { return static_cast<int64_t>(batch.row_count(kind)); }
  std::vector<RunCounts> runs() override { return {}; }
  std::vector<HostProblems> problems() override { return {}; }

  Batch batch;
};

}  // namespace relayburn
