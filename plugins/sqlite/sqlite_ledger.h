#pragma once
// The sqlite backend: one file in WAL mode; on a network file system with a rollback journal.

#include <mutex>
#include <optional>

#include "core/storage/named_file_locks.h"
#include "core/storage/storage_adapter.h"
#include "plugins/sqlite/sqlite_append.h"
#include "plugins/sqlite/sqlite_store.h"

namespace relayburn {

class SqliteLedger : public StorageAdapter {
 public:
  explicit SqliteLedger(const OpenContext& context);

  StoreInfo info() override { return store_.info(); }
  MigrationResult migrate() override { return store_.migrate(); }
  Tallies append(const Batch& batch) override;
  std::unique_ptr<Snapshot> snapshot() override;
  std::vector<Cursor> cursors(std::string_view host_id) override;
  void with_lock(std::string_view name, const std::function<void()>& fn) override;
  int64_t prune_content(const ContentPrune& prune) override;
  void vacuum_superseded() override;
  void refresh_summaries() override { refresh(SummaryScope::Changed); }
  void rebuild_summaries() override { refresh(SummaryScope::All); }

 private:
  void refresh(SummaryScope scope);
  SqliteAppender& appender();  // made when it is needed; with the lock held

  SqliteStore store_;
  NamedFileLocks locks_;
  std::mutex writing_;
  std::optional<SqliteAppender> appender_;
};

}  // namespace relayburn
