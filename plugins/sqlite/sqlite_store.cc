#include "plugins/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/file.h"
#include "core/base/file_system.h"

namespace relayburn {
namespace {

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool has_bytes(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

bool is_link(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

bool may_write(const std::string& path) {
  return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

int64_t version_of(const std::vector<AppliedMigration>& applied) {
  return applied.empty() ? 0 : applied.back().version;
}

constexpr const char* kVersionTable =
    "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER NOT NULL PRIMARY KEY, "
    "name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL)";

void apply(SqliteDatabase& database, const Migration& step) {
  database.run(step.sql);
  SqliteStatement row(database, "INSERT INTO schema_versions VALUES ($1, $2, $3, $4)");
  row.integer(1, step.version).text(2, step.name).text(3, step.sha256).integer(4, now().us);
  row.run();
}

// Applies all missing steps in one transaction, so that nobody sees half a schema.
void apply_missing(SqliteDatabase& database, const std::string& name) {
  SqliteTransaction transaction(database, "BEGIN IMMEDIATE");
  database.run(kVersionTable);
  const std::vector<AppliedMigration> applied = applied_migrations(database);
  check_applied(applied, sqlite_migrations(), name);
  for (const Migration& step : sqlite_migrations())
    if (step.version > version_of(applied)) apply(database, step);
  transaction.commit();
}

}  // namespace

std::vector<AppliedMigration> applied_migrations(SqliteDatabase& database) {
  SqliteStatement table(
      database, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'");
  if (!table.step()) return {};
  std::vector<AppliedMigration> applied;
  SqliteStatement rows(database, "SELECT version, sha256 FROM schema_versions ORDER BY version");
  while (rows.step()) applied.push_back({rows.integer_at(0), std::string(rows.text_at(1))});
  return applied;
}

bool SqliteStore::is_on_network() const {
  if (!is_on_network_file_system(path_)) return false;
  std::call_once(said_, [this] {
    log_->write(LogLevel::Info, path_ +
                                    " is on a network file system: it is kept with a rollback " +
                                    "journal instead of WAL");
  });
  return true;
}

// WAL needs memory that all its users share, and hosts share none. In exclusive mode SQLite does
// without it, so that a WAL store that was moved there can be taken out of that mode. With a
// rollback journal a commit waits for readers, as long as for another writer.
bool SqliteStore::set_journal_mode(SqliteDatabase& database) const {
  if (!is_on_network()) {
    database.run("PRAGMA journal_mode = WAL");
    return true;
  }
  database.run(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; "
      "PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_master");
  return false;
}

// Not SQLITE_OPEN_READONLY: what a killed process left in a journal must be rolled back before the
// file can be read. Where the file is write-protected, SQLite opens it read-only by itself.
SqliteDatabase SqliteStore::open_to_look() const {
  try {
    SqliteDatabase database(path_, SQLITE_OPEN_READWRITE);
    if (is_on_network()) {
      set_journal_mode(database);
    } else {
      database.run("PRAGMA mmap_size = 1073741824");
    }
    database.run("PRAGMA query_only = ON; SELECT count(*) FROM sqlite_master");
    return database;
  } catch (const Error&) {
    if (may_write(directory_of(path_)) && may_write(path_)) throw;
  }
  return open_write_protected();
}

// A WAL store whose last user closed it is whole without its companions, which cannot be made here.
SqliteDatabase SqliteStore::open_write_protected() const {
  if (faccessat(AT_FDCWD, path_.c_str(), R_OK, AT_EACCESS) != 0)
    throw_file_error("read", path_, errno);
  if (has_bytes(path_ + "-wal") || has_bytes(path_ + "-journal"))
    throw Error(ErrorKind::Unauthorized,
                path_ +
                    " cannot be read: what was written last is in a file beside it, and must be "
                    "written into it first",
                "as somebody who may write there, run: relayburn status");
  return SqliteDatabase::open_unchanging(path_);
}

StoreInfo SqliteStore::info() const {
  StoreInfo info;
  info.location = path_;
  info.newest_version = sqlite_migrations().back().version;
  info.file_system = file_system_type(path_);
  info.is_on_network = is_on_network_file_system(path_);
  if (!has_bytes(path_)) return info;
  SqliteDatabase database = open_to_look();
  SqliteStatement journal(database, "PRAGMA journal_mode");
  if (journal.step()) info.journal = journal.text_at(0) == "wal" ? "wal" : "rollback";
  info.schema_version = version_of(applied_migrations(database));
  if (info.schema_version > 0)
    info.schema =
        info.schema_version < info.newest_version ? SchemaState::Behind : SchemaState::Current;
  return info;
}

MigrationResult SqliteStore::migrate() const {
  make_directories(directory_of(path_));
  const FileLock lock = FileLock::acquire(path_ + ".schema-lock", -1);
  if (!exists(path_) && !is_link(path_)) return make();
  FileHandle::open(path_, O_RDWR | O_CREAT, 0600);  // where a link leads
  SqliteDatabase database(path_, SQLITE_OPEN_READWRITE);
  database.run("PRAGMA page_size = 16384");
  set_journal_mode(database);
  MigrationResult result;
  const std::vector<AppliedMigration> applied = applied_migrations(database);
  check_applied(applied, sqlite_migrations(), name());
  result.from_version = version_of(applied);
  result.to_version = sqlite_migrations().back().version;
  if (result.from_version > 0 && result.from_version < result.to_version)
    result.backup = back_up(database, result.from_version);
  apply_missing(database, name());
  return result;
}

// Whole before it has its name: so it takes two waits for the disk, and not one for each thing that
// SQLite does to a file in use. Made by us, so that its mode, which SQLite gives its companions
// too, is ours.
MigrationResult SqliteStore::make() const {
  const std::string beside = path_ + ".schema-new";
  unlink(beside.c_str());
  // What a store that is gone has left would be taken for a part of this one.
  for (const char* left : {"-wal", "-shm", "-journal"}) {
    unlink((beside + left).c_str());
    unlink((path_ + left).c_str());
  }
  const FileHandle file = FileHandle::open(beside, O_RDWR | O_CREAT | O_EXCL, 0600);
  {
    SqliteDatabase database(beside, SQLITE_OPEN_READWRITE);
    // Without a journal, so that what cannot be written fails here, not when it is closed.
    database.run("PRAGMA page_size = 16384; PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
    apply_missing(database, name());
    set_journal_mode(database);
  }
  sync_file(file, beside);
  rename_durably(beside, path_);
  MigrationResult result;
  result.to_version = sqlite_migrations().back().version;
  return result;
}

// SQLite does not sync what it writes here, and a killed process leaves it half written: so it gets
// the name of a copy only when it is one.
std::string SqliteStore::back_up(SqliteDatabase& database, int64_t version) const {
  const std::string beside = path_ + ".bak.new";
  const std::string copy =
      path_ + ".v" + std::to_string(version) + "." + std::to_string(now().us) + ".bak";
  try {
    const FileHandle file = FileHandle::open(beside, O_RDWR | O_CREAT | O_TRUNC, 0600);
    SqliteStatement(database, "VACUUM INTO $1").text(1, beside).run();
    sync_file(file, beside);
    rename_durably(beside, copy);
  } catch (...) {
    unlink(beside.c_str());
    throw;
  }
  return copy;
}

void SqliteStore::refuse_newer() const {
  if (!has_bytes(path_)) return;
  SqliteDatabase database = open_to_look();
  check_applied(applied_migrations(database), sqlite_migrations(), name());
}

SqliteDatabase SqliteStore::open_to_write() const {
  SqliteDatabase database(path_, SQLITE_OPEN_READWRITE);
  database.run("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384");
  // In WAL mode a commit survives a crash of ours; after a power cut the last ones may be missing,
  // their cursors with them, and the next run reads those lines again.
  if (set_journal_mode(database)) database.run("PRAGMA synchronous = NORMAL");
  check_applied(applied_migrations(database), sqlite_migrations(), name());
  return database;
}

std::optional<SqliteDatabase> SqliteStore::open_to_read() const {
  if (!has_bytes(path_)) return std::nullopt;
  SqliteDatabase database = open_to_look();
  const std::vector<AppliedMigration> applied = applied_migrations(database);
  if (applied.empty()) return std::nullopt;
  check_applied(applied, sqlite_migrations(), name());
  if (version_of(applied) < sqlite_migrations().back().version)
    throw Error(ErrorKind::SchemaTooOld, name() + " has an older schema", "run: relayburn migrate");
  return database;
}

}  // namespace relayburn
