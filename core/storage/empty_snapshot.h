#pragma once
// The view of a ledger that is not there yet.

#include "core/storage/storage_adapter.h"

namespace relayburn {

class EmptySnapshot : public Snapshot {
 public:
  void scan(Kind, const ScanFilter&, const RowSink&) override {}
  void aggregate(const AggregateQuery&, const GroupSink&) override {}
  int64_t count(Kind) override { return 0; }
  std::vector<RunCounts> runs() override { return {}; }
  std::vector<HostProblems> problems() override { return {}; }
};

}  // namespace relayburn
