#include "plugins/sqlite/sqlite_append.h"

#include "core/records/described.h"
#include "core/records/merge.h"
#include "core/sql/cursor_columns.h"
#include "core/sql/turn_changes.h"
#include "core/sql/usage_summary.h"
#include "core/storage/lost_writes.h"
#include "plugins/sqlite/sqlite_cursors.h"
#include "plugins/sqlite/sqlite_runner.h"
#include "plugins/sqlite/sqlite_store.h"

namespace relayburn {
namespace {

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

// Parameter i + 1 is column i.
std::string parameter(size_t column) { return "$" + std::to_string(column + 1); }

std::string columns_of(const KindDescription& kind) {
  std::string columns;
  for (const Column& column : kind.columns)
    columns += (columns.empty() ? "" : ", ") + quoted(column.name);
  return columns;
}

std::string insert_sql(const KindDescription& kind) {
  std::string values;
  for (size_t i = 0; i < kind.columns.size(); ++i) values += (i == 0 ? "" : ", ") + parameter(i);
  return "INSERT INTO " + quoted(kind.name) + " (" + columns_of(kind) + ") VALUES (" + values +
         ") ON CONFLICT (id) DO NOTHING";
}

std::string present_sql(const KindDescription& kind) {
  return "SELECT " + columns_of(kind) + " FROM " + quoted(kind.name) + " WHERE id = $1";
}

std::string replace_sql(const KindDescription& kind) {
  std::string assignments;
  for (size_t i = 1; i < kind.columns.size(); ++i)
    assignments += (i == 1 ? "" : ", ") + quoted(kind.columns[i].name) + " = " + parameter(i);
  return "UPDATE " + quoted(kind.name) + " SET " + assignments + " WHERE id = $1";
}

void run_with(SqliteStatement& statement, const KindDescription& kind, Row row) {
  for (size_t i = 0; i < kind.columns.size(); ++i)
    statement.cell(static_cast<int>(i) + 1, kind.columns[i].type, row[i]);
  statement.run();
}

// $1 host, $2 source, $3 path, $4 state, then those of kCursorColumns.
std::string put_cursor_sql() {
  std::string columns = "host_id, source, path, state";
  std::string values = "$1, $2, $3, $4";
  int position = 5;
  for (const CursorColumn& column : kCursorColumns) {
    columns += std::string(", ") + column.name;
    values += ", $" + std::to_string(position++);
  }
  return "INSERT OR REPLACE INTO log_cursor (" + columns + ") VALUES (" + values + ")";
}

}  // namespace

SqliteAppender::Statements& SqliteAppender::statements(Kind kind) {
  Statements& found = statements_[index_of(kind)];
  if (!found.insert) {
    found.insert.emplace(database_, insert_sql(describe(kind)), true);
    found.present.emplace(database_, present_sql(describe(kind)), true);
    found.replace.emplace(database_, replace_sql(describe(kind)), true);
  }
  return found;
}

// Nobody else writes within our transaction, so the merge rule needs no SQL.
bool SqliteAppender::is_greater_than_present(Kind kind, Row row) {
  SqliteStatement& present = *statements(kind).present;
  present.bytes(1, row[kIdColumn].text());
  present.step();
  std::array<Cell, kMaxColumns> cells;
  for (size_t i = 0; i < row.size(); ++i) cells[i] = present.cell_at(static_cast<int>(i));
  const bool is_greater = relayburn::is_greater(kind, row, {cells.data(), row.size()});
  present.reset();
  return is_greater;
}

Tally SqliteAppender::append_kind(Kind kind, const Batch& batch) {
  Tally tally;
  tally.duplicate = batch.folded(kind);
  const KindDescription& description = describe(kind);
  for (size_t i = 0; i < batch.row_count(kind); ++i) {
    const Row row = batch.row(kind, i);
    Statements& prepared = statements(kind);
    run_with(*prepared.insert, description, row);
    if (database_.changes() > 0) {
      ++tally.inserted;
    } else if (is_greater_than_present(kind, row)) {
      run_with(*prepared.replace, description, row);
      ++tally.updated;
    } else {
      ++tally.duplicate;
      continue;
    }
    if (kind == Kind::Turn) changed_.push_back(from_row<Turn>(row).ts);
  }
  return tally;
}

void SqliteAppender::put_changes() {
  if (changed_.empty()) return;
  SqliteStatement change(database_, "INSERT INTO turn_change VALUES ($1)");
  for (const std::optional<Instant>& quarter : changed_quarters(std::move(changed_))) {
    quarter ? change.integer(1, quarter->us) : change.null(1);
    change.run();
  }
}

void SqliteAppender::require_continued(const Batch& batch) {
  std::vector<Cursor> stored;
  for (const Cursor& cursor : batch.continued) {
    SqliteStatement row(database_, cursors_of_host_sql("") + " AND source = $2 AND path = $3");
    row.text(1, batch.run.host_id).text(2, cursor.source).bytes(3, cursor.path);
    read_cursors(row, stored);
  }
  require_continued_cursors(batch, stored, name_);
}

void SqliteAppender::put_cursors(const Batch& batch) {
  if (batch.cursors.empty()) return;
  if (!cursor_) cursor_.emplace(database_, put_cursor_sql(), true);
  for (const Cursor& cursor : batch.cursors) {
    cursor_->text(1, batch.run.host_id).text(2, cursor.source).bytes(3, cursor.path);
    cursor_->bytes(4, cursor.state);
    int position = 5;
    for (const CursorColumn& column : kCursorColumns)
      cursor_->integer(position++, cursor.*column.field);
    cursor_->run();
  }
}

std::optional<Tallies> SqliteAppender::counted_before(const RunMark& run) {
  SqliteStatement last(database_, "SELECT last_batch FROM run WHERE run_id = $1");
  last.text(1, run.run_id);
  const int64_t last_batch = last.step() ? last.integer_at(0) : 0;
  require_confirmed_batches(run, last_batch, name_);
  if (last_batch < run.batch_number) return std::nullopt;
  Tallies tallies{};
  SqliteStatement counts(database_,
                         "SELECT kind, last_inserted, last_updated, last_duplicate FROM run_count "
                         "WHERE run_id = $1");
  counts.text(1, run.run_id);
  while (counts.step())
    if (const KindDescription* kind = find_kind(counts.text_at(0)))
      tallies[index_of(kind->kind)] = {counts.integer_at(1), counts.integer_at(2),
                                       counts.integer_at(3)};
  return tallies;
}

void SqliteAppender::put_counts(const RunMark& run, const Tallies& tallies) {
  SqliteStatement last(
      database_,
      "INSERT INTO run (run_id, host_id, last_batch, rejected, unknown) VALUES ($1, $2, $3, "
      "$4, $5) ON CONFLICT (run_id) DO UPDATE SET last_batch = excluded.last_batch, "
      "rejected = rejected + excluded.rejected, unknown = unknown + excluded.unknown");
  last.text(1, run.run_id).text(2, run.host_id).integer(3, run.batch_number);
  last.integer(4, run.rejected).integer(5, run.unknown).run();
  SqliteStatement counts(
      database_,
      "INSERT INTO run_count VALUES ($1, $2, $3, $4, $5, $3, $4, $5) ON CONFLICT (run_id, kind) DO "
      "UPDATE "
      "SET inserted = inserted + $3, updated = updated + $4, duplicate = duplicate + $5, "
      "last_inserted = $3, last_updated = $4, last_duplicate = $5");
  for (const Kind kind : kAllKinds) {
    const Tally& tally = tallies[index_of(kind)];
    counts.text(1, run.run_id).text(2, describe(kind).name);
    counts.integer(3, tally.inserted).integer(4, tally.updated).integer(5, tally.duplicate).run();
  }
}

Tallies SqliteAppender::append(const Batch& batch) {
  // IMMEDIATE: a transaction that reads first and writes then is refused in spite of the busy
  // timeout.
  SqliteTransaction transaction(database_, "BEGIN IMMEDIATE");
  // Another process may have upgraded the store since we opened it.
  check_applied(applied_migrations(database_), sqlite_migrations(), name_);
  if (!batch.run.run_id.empty())
    if (const auto before = counted_before(batch.run)) return *before;
  require_continued(batch);
  Tallies tallies{};
  changed_.clear();
  for (const Kind kind : kAllKinds) tallies[index_of(kind)] = append_kind(kind, batch);
  put_changes();
  put_cursors(batch);
  if (!batch.run.run_id.empty()) put_counts(batch.run, tallies);
  transaction.commit();
  return tallies;
}

void SqliteAppender::refresh_summaries(SummaryScope scope) {
  SqliteTransaction transaction(database_, "BEGIN IMMEDIATE");
  SqliteStatement insert(database_, insert_summary_sql(sqlite_dialect()));
  const SqlRunner run = sqlite_runner(database_);
  refresh_summary(
      scope, sqlite_dialect(), run, [&](const SqlQuery& sql) { run(sql, [](Row) {}); },
      [&](Row row) {
        for (size_t i = 0; i < row.size(); ++i) insert.cell(static_cast<int>(i) + 1, row[i]);
        insert.run();
      });
  transaction.commit();
}

}  // namespace relayburn
