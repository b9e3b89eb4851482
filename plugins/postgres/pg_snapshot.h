#pragma once

#include "core/sql/snapshot_sql.h"
#include "core/storage/storage_adapter.h"
#include "plugins/postgres/pg_pool.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

// A repeatable read transaction on a connection of its own; it writes nothing, so it works on a
// standby too.
class PgSnapshot : public Snapshot {
 public:
  // nullptr where there is no ledger.
  static std::unique_ptr<PgSnapshot> open(PgLease lease, const PgSchema& schema);

  void scan(Kind kind, const ScanFilter& filter, const RowSink& sink) override;
  void aggregate(const AggregateQuery& query, const GroupSink& sink) override;
  int64_t count(Kind kind) override;
  std::vector<RunCounts> runs() override;
  std::vector<HostProblems> problems() override;

 private:
  PgSnapshot(PgLease lease, const PgSchema& schema);
  void run(const SqlQuery& query, const RowSink& sink);
  void prefer_lookups(bool is_on);

  PgLease lease_;
  Dialect dialect_;
  int cursors_ = 0;                   // server-side ones, opened so far
  std::vector<PgStatement> closing_;  // those that are read to their end
};

}  // namespace relayburn
