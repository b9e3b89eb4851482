#pragma once

#include "core/storage/storage_adapter.h"
#include "plugins/sqlite/sqlite_handle.h"

namespace relayburn {

// A read transaction on a connection of its own.
class SqliteSnapshot : public Snapshot {
 public:
  explicit SqliteSnapshot(SqliteDatabase database);

  void scan(Kind kind, const ScanFilter& filter, const RowSink& sink) override;
  void aggregate(const AggregateQuery& query, const GroupSink& sink) override;
  int64_t count(Kind kind) override;
  std::vector<RunCounts> runs() override;
  std::vector<HostProblems> problems() override;

 private:
  SqliteDatabase database_;
};

}  // namespace relayburn
