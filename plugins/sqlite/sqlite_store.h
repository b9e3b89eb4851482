#pragma once
// The database file: opening, pragmas, migrations.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/migration.h"
#include "core/storage/storage_adapter.h"
#include "plugins/sqlite/sqlite_handle.h"

namespace relayburn {

const std::vector<Migration>& sqlite_migrations();

class SqliteStore {
 public:
  SqliteStore(std::string path, Log& log) : path_(std::move(path)), log_(&log) {}

  const std::string& path() const { return path_; }
  std::string name() const { return "sqlite store " + path_; }

  StoreInfo info() const;
  MigrationResult migrate() const;

  // Throws SchemaTooNew where a newer relayburn upgraded the store.
  void refuse_newer() const;
  SqliteDatabase open_to_write() const;
  // nullopt where there is no file or no schema in it. Throws where the schema is not current.
  std::optional<SqliteDatabase> open_to_read() const;

 private:
  SqliteDatabase open_to_look() const;
  SqliteDatabase open_write_protected() const;
  // In the mode that suits the file's place. True: in WAL mode.
  bool set_journal_mode(SqliteDatabase& database) const;
  bool is_on_network() const;
  MigrationResult make() const;
  std::string back_up(SqliteDatabase& database, int64_t version) const;

  std::string path_;
  Log* log_;
  mutable std::once_flag said_;
};

// The steps in the database; none where it has no schema_versions.
std::vector<AppliedMigration> applied_migrations(SqliteDatabase& database);

}  // namespace relayburn
