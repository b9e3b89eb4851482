#pragma once
// Appending a batch: prepared statements for every kind, one transaction a batch.

#include <array>
#include <optional>

#include "core/sql/usage_summary.h"
#include "core/storage/storage_adapter.h"
#include "plugins/sqlite/sqlite_handle.h"

namespace relayburn {

class SqliteAppender {
 public:
  // `name` is the store's, for messages.
  SqliteAppender(SqliteDatabase database, std::string name)
      : database_(std::move(database)), name_(std::move(name)) {}

  Tallies append(const Batch& batch);
  void refresh_summaries(SummaryScope scope);

 private:
  // Inserts where the key is new; else replaces where the record is greater (LEDGER.md 2).
  struct Statements {
    std::optional<SqliteStatement> insert;
    std::optional<SqliteStatement> present;
    std::optional<SqliteStatement> replace;
  };
  Statements& statements(Kind kind);
  Tally append_kind(Kind kind, const Batch& batch);
  bool is_greater_than_present(Kind kind, Row row);
  void require_continued(const Batch& batch);
  void put_changes();
  void put_cursors(const Batch& batch);
  std::optional<Tallies> counted_before(const RunMark& run);
  void put_counts(const RunMark& run, const Tallies& tallies);

  SqliteDatabase database_;
  std::string name_;
  std::array<Statements, kKindCount> statements_;
  std::optional<SqliteStatement> cursor_;
  std::vector<std::optional<Instant>> changed_;  // times of the turns that the batch has written
};

}  // namespace relayburn
