#pragma once
// The postgres backend: one schema in a database, any number of hosts.

#include "core/sql/usage_summary.h"
#include "core/storage/storage_adapter.h"
#include "plugins/postgres/pg_locks.h"
#include "plugins/postgres/pg_pool.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

class PgLedger : public StorageAdapter {
 public:
  // Connects only when it is asked something.
  explicit PgLedger(const OpenContext& context);

  StoreInfo info() override;
  MigrationResult migrate() override;
  Tallies append(const Batch& batch) override;
  std::unique_ptr<Snapshot> snapshot() override;
  std::vector<Cursor> cursors(std::string_view host_id) override;
  void with_lock(std::string_view name, const std::function<void()>& fn) override;
  int64_t prune_content(const ContentPrune& prune) override;
  // No dump or query of tables shows what was replaced, and the server's own vacuuming gives its
  // space to others. Statistics show it.
  void vacuum_superseded() override;
  void refresh_summaries() override { refresh(SummaryScope::Changed); }
  void rebuild_summaries() override { refresh(SummaryScope::All); }
  size_t max_writers() const override { return pool_.size(); }

 private:
  void refresh(SummaryScope scope);
  void take_statistics_again();

  Log& log_;
  PgEndpoint target_;
  PgSchema schema_;
  PgPool pool_;
  PgLocks locks_;
};

}  // namespace relayburn
