#include "plugins/sqlite/sqlite_ledger.h"

#include "core/base/file.h"
#include "core/sql/cursor_columns.h"
#include "core/storage/empty_snapshot.h"
#include "plugins/sqlite/sqlite_cursors.h"
#include "plugins/sqlite/sqlite_snapshot.h"

namespace relayburn {
namespace {

// Sessions that have content before the cutoff, divided by what `keep` says of them.
struct Division {
  std::vector<std::pair<std::string, std::string>> kept;
  std::vector<std::pair<std::string, std::string>> pruned;
};

Division divide(SqliteDatabase& database, const ContentPrune& prune) {
  Division division;
  SqliteStatement sessions(
      database,
      "SELECT DISTINCT coalesce(source, ''), coalesce(session_id, '') FROM content "
      "WHERE ts < $1");
  sessions.integer(1, prune.cutoff.us);
  while (sessions.step()) {
    std::pair<std::string, std::string> session(sessions.text_at(0), sessions.text_at(1));
    const bool is_kept = prune.keep && prune.keep(session.first, session.second);
    (is_kept ? division.kept : division.pruned).push_back(std::move(session));
  }
  return division;
}

int64_t for_session(SqliteDatabase& database, const char* sql, int64_t cutoff,
                    const std::pair<std::string, std::string>& session) {
  SqliteStatement statement(database, sql);
  statement.integer(1, cutoff).text(2, session.first).text(3, session.second);
  return statement.step() ? statement.integer_at(0) : 0;
}

int64_t stored_cutoff(SqliteDatabase& database) {
  SqliteStatement cutoff(database, "SELECT coalesce(max(cutoff), $1) FROM content_cutoff");
  cutoff.integer(1, INT64_MIN);
  cutoff.step();
  return cutoff.integer_at(0);
}

void store_cutoff(SqliteDatabase& database, const ContentPrune& prune, const Division& division) {
  // A later cutoff, and what it kept, is not taken back by an earlier one.
  if (prune.cutoff.us < stored_cutoff(database)) return;
  database.run("DELETE FROM content_cutoff");
  SqliteStatement(database, "INSERT INTO content_cutoff VALUES ($1)")
      .integer(1, prune.cutoff.us)
      .run();
  database.run("DELETE FROM content_kept");
  for (const auto& [source, session] : division.kept) {
    SqliteStatement kept(database, "INSERT OR IGNORE INTO content_kept VALUES ($1, $2)");
    kept.text(1, source).text(2, session).run();
  }
}

}  // namespace

SqliteLedger::SqliteLedger(const OpenContext& context)
    : store_(context.location, *context.log), locks_(context.location + ".") {}

SqliteAppender& SqliteLedger::appender() {
  if (!appender_) appender_.emplace(store_.open_to_write(), store_.name());
  return *appender_;
}

Tallies SqliteLedger::append(const Batch& batch) {
  const std::lock_guard guard(writing_);
  return appender().append(batch);
}

std::unique_ptr<Snapshot> SqliteLedger::snapshot() {
  std::optional<SqliteDatabase> database = store_.open_to_read();
  if (!database) return std::make_unique<EmptySnapshot>();
  return std::make_unique<SqliteSnapshot>(std::move(*database));
}

std::vector<Cursor> SqliteLedger::cursors(std::string_view host_id) {
  std::vector<Cursor> cursors;
  std::optional<SqliteDatabase> database = store_.open_to_read();
  if (!database) return cursors;
  SqliteStatement rows(*database, cursors_of_host_sql(""));
  rows.text(1, host_id);
  read_cursors(rows, cursors);
  return cursors;
}

void SqliteLedger::with_lock(std::string_view name, const std::function<void()>& fn) {
  store_.refuse_newer();
  make_directories(store_.path().substr(0, store_.path().rfind('/')));
  locks_.with_lock(name, fn);
}

int64_t SqliteLedger::prune_content(const ContentPrune& prune) {
  SqliteDatabase database = store_.open_to_write();
  database.run("PRAGMA secure_delete = ON");
  SqliteTransaction transaction(database, "BEGIN IMMEDIATE");
  const Division division = divide(database, prune);
  int64_t count = 0;
  for (const auto& session : division.pruned) {
    count +=
        for_session(database,
                    "SELECT count(*) FROM content WHERE ts < $1 AND coalesce(source, '') = $2 AND "
                    "coalesce(session_id, '') = $3",
                    prune.cutoff.us, session);
    if (!prune.dry_run)
      for_session(database,
                  "DELETE FROM content WHERE ts < $1 AND coalesce(source, '') = $2 AND "
                  "coalesce(session_id, '') = $3",
                  prune.cutoff.us, session);
  }
  if (prune.dry_run) return count;
  store_cutoff(database, prune, division);
  transaction.commit();
  return count;
}

// What SQLite has freed stays in the file, and what it wrote before in the log beside it.
void SqliteLedger::vacuum_superseded() {
  const std::lock_guard guard(writing_);
  appender_.reset();  // its statements would be in the way
  SqliteDatabase database = store_.open_to_write();
  database.run("VACUUM");
  SqliteStatement checkpoint(database, "PRAGMA wal_checkpoint(TRUNCATE)");
  if (checkpoint.step() && checkpoint.integer_at(0) != 0)
    throw Error(ErrorKind::Unavailable,
                store_.name() + " still holds on disk what was replaced: somebody reads it",
                "run again when that has ended");
}

void SqliteLedger::refresh(SummaryScope scope) {
  const std::lock_guard guard(writing_);
  appender().refresh_summaries(scope);
}

}  // namespace relayburn
