#include "plugins/postgres/pg_append.h"

#include <algorithm>
#include <map>

#include "core/records/described.h"
#include "core/records/merge.h"
#include "core/sql/cursor_columns.h"
#include "core/sql/turn_changes.h"
#include "core/storage/lost_writes.h"
#include "plugins/postgres/pg_append_sql.h"
#include "plugins/postgres/pg_cursors.h"

namespace relayburn {
namespace {

PgParameter ids_of(const Batch& batch, Kind kind) {
  PgArray ids(PgType::Bytea);
  for (size_t i = 0; i < batch.row_count(kind); ++i) ids.add_cell(batch.row(kind, i)[kIdColumn]);
  return ids.take();
}

// Of several for one log the last; one statement may not write a row twice.
std::vector<const Cursor*> last_cursors(const Batch& batch) {
  std::map<std::pair<std::string_view, std::string_view>, const Cursor*> by_log;
  for (const Cursor& cursor : batch.cursors) by_log[{cursor.source, cursor.path}] = &cursor;
  std::vector<const Cursor*> cursors;
  for (const auto& [log, cursor] : by_log) cursors.push_back(cursor);
  return cursors;
}

// The cursors of the logs that the batch goes on with, as the database has them.
PgStatement continued_cursors(const Batch& batch, const std::string& prefix) {
  PgArray paths(PgType::Bytea);
  for (const Cursor& cursor : batch.continued) paths.add_bytes(cursor.path);
  return {cursors_of_host_sql(prefix) + " AND path = ANY ($2)",
          {pg_text(batch.run.host_id), paths.take()}};
}

// What stands in the database under a key of ours.
struct Present {
  bool is_there = false;
  Rank rank;
  int64_t tie = 0;
};

}  // namespace

std::vector<PgStatement> PgAppend::claim() const {
  const std::string& prefix = schema_.prefix();
  const PgParameter run = pg_text(batch_.run.run_id);
  return {{last_batch_sql(prefix), {run}},
          {claim_batch_sql(prefix),
           {run, pg_text(batch_.run.host_id), pg_integer(batch_.run.batch_number),
            pg_integer(batch_.run.rejected + refused_.count()), pg_integer(batch_.run.unknown)}},
          {last_counts_sql(prefix), {run}}};
}

// Of the answers to claim().
std::optional<Tallies> PgAppend::counted_before(std::span<const PgResult> answers) const {
  const PgResult& last_batch = answers[0];
  const bool is_claimed = answers[1].rows() > 0;
  if (is_claimed) {
    require_confirmed_batches(batch_.run, last_batch.rows() == 0 ? 0 : last_batch.integer(0, 0),
                              schema_.described());
    return std::nullopt;
  }
  Tallies tallies{};
  const PgResult& counts = answers[2];
  for (int row = 0; row < counts.rows(); ++row)
    if (const KindDescription* kind = find_kind(counts.bytes(row, 0)))
      tallies[index_of(kind->kind)] = {counts.integer(row, 1), counts.integer(row, 2),
                                       counts.integer(row, 3)};
  return tallies;
}

void PgAppend::select_winners(Kind kind, const PgResult& present) {
  const bool has_time = describe(kind).time != kNoColumn;
  std::vector<Present> there(batch_.row_count(kind));
  for (int row = 0; row < present.rows(); ++row) {
    Present& found = there[static_cast<size_t>(present.integer(row, 0)) - 1];
    found.is_there = true;
    found.rank.revision = present.integer(row, 1);
    if (has_time && !present.is_null(row, 3)) found.rank.time_us = present.instant(row, 3).us;
    found.tie = present.integer(row, 2);
  }
  NewRows& rows = new_rows_[index_of(kind)];
  const std::vector<size_t>& refused = refused_.of_kind[index_of(kind)];
  for (size_t i = 0; i < there.size(); ++i) {
    if (std::binary_search(refused.begin(), refused.end(), i)) continue;
    const Row row = batch_.row(kind, i);
    const Rank rank = rank_of(kind, row);
    if (there[i].is_there && rank < there[i].rank) continue;
    const int64_t tie = tie_of(kind, row);
    if (there[i].is_there && rank == there[i].rank && tie <= there[i].tie) continue;
    rows.push_back({row, tie});
  }
  const auto by_key = [](const NewRow& a, const NewRow& b) {
    return a.row[kIdColumn].text() < b.row[kIdColumn].text();
  };
  if (!std::is_sorted(rows.begin(), rows.end(), by_key))
    std::sort(rows.begin(), rows.end(), by_key);
}

std::optional<Tallies> PgAppend::ask() {
  std::vector<PgStatement> questions = {
      // A host that is suspended here, or vanishes, must not hold up the others.
      {"SELECT pg_catalog.set_config('idle_in_transaction_session_timeout', '30s', true), "
       "pg_catalog.set_config('tcp_keepalives_idle', '30', true), "
       "pg_catalog.set_config('tcp_keepalives_interval', '10', true), "
       "pg_catalog.set_config('tcp_keepalives_count', '3', true)",
       {}},
      schema_.version_query()};
  const size_t claimed = questions.size();
  if (is_counted())
    for (PgStatement& statement : claim()) questions.push_back(std::move(statement));
  const size_t continued = questions.size();
  if (!batch_.continued.empty()) questions.push_back(continued_cursors(batch_, schema_.prefix()));
  const size_t first = questions.size();
  std::vector<Kind> kinds;
  for (const Kind kind : kAllKinds) {
    if (batch_.row_count(kind) == 0) continue;
    kinds.push_back(kind);
    questions.push_back({present_sql(describe(kind), schema_.prefix()), {ids_of(batch_, kind)}});
  }
  const std::vector<PgResult> answers = connection_.begin(Transaction::ReadCommitted, questions);
  schema_.require_current(answers[claimed - 1]);
  if (is_counted())
    if (const auto before = counted_before(std::span(answers).subspan(claimed))) return before;
  if (continued < first)
    require_continued_cursors(batch_, read_cursors(answers[continued]), schema_.described());
  for (size_t i = 0; i < kinds.size(); ++i) select_winners(kinds[i], answers[first + i]);
  return std::nullopt;
}

int64_t PgAppend::brought(Kind kind) const {
  return static_cast<int64_t>(batch_.row_count(kind)) + batch_.folded(kind) - refused_.count(kind);
}

PgStatement PgAppend::write_statement(Kind kind, std::span<const NewRow> rows) const {
  const KindDescription& description = describe(kind);
  PgStatement statement{
      (is_counted() ? write_and_count_sql : write_sql)(description, schema_.prefix()), {}};
  const auto add_column = [&](size_t column) {
    PgArray values(pg_type_of(description.columns[column].type));
    for (const NewRow& row : rows) values.add_cell(row.row[column]);
    statement.parameters.push_back(values.take());
  };
  add_column(kIdColumn);
  add_column(kRevisionColumn);
  PgArray ties(PgType::Int8);
  for (const NewRow& row : rows) ties.add_integer(row.tie);
  statement.parameters.push_back(ties.take());
  for (size_t i = kRevisionColumn + 1; i < description.columns.size(); ++i) add_column(i);
  if (is_counted()) {
    statement.parameters.push_back(pg_text(batch_.run.run_id));
    statement.parameters.push_back(pg_text(description.name));
    statement.parameters.push_back(pg_integer(brought(kind)));
  }
  return statement;
}

// What is neither inserted nor updated is a duplicate.
void PgAppend::count(Kind kind, const PgResult& written) {
  const int64_t inserted = written.integer(0, 0);
  const int64_t updated = written.integer(0, 1);
  Tally& tally = tallies_[index_of(kind)];
  tally.inserted += inserted;
  tally.updated += updated;
  tally.duplicate -= inserted + updated;
}

void PgAppend::write() {
  std::vector<PgStatement> statements;
  std::vector<Kind> written;
  std::vector<Kind> others;
  // Every host in this order, and rows by key: so they cannot deadlock.
  for (const Kind kind : kAllKinds) {
    const NewRows& rows = new_rows_[index_of(kind)];
    (rows.empty() ? others : written).push_back(kind);
    if (!rows.empty()) statements.push_back(write_statement(kind, rows));
  }
  add_count_statements(others, statements);
  if (!new_rows_[index_of(Kind::Turn)].empty()) statements.push_back(changes_statement());
  const std::vector<const Cursor*> cursors = last_cursors(batch_);
  if (!cursors.empty()) statements.push_back(cursors_statement(cursors));
  statements.push_back({"COMMIT", {}});
  const std::vector<PgResult> results = connection_.run_all(statements);
  for (size_t i = 0; i < written.size(); ++i) count(written[i], results[i]);
}

PgStatement PgAppend::cursors_statement(std::span<const Cursor* const> cursors) const {
  PgStatement statement{cursors_sql(schema_.prefix()), {pg_text(batch_.run.host_id)}};
  const auto add = [&](PgType type, auto value_of) {
    PgArray values(type);
    for (const Cursor* cursor : cursors) {
      if constexpr (std::is_same_v<decltype(value_of), int64_t Cursor::*>)
        values.add_integer(cursor->*value_of);
      else
        values.add_bytes(cursor->*value_of);
    }
    statement.parameters.push_back(values.take());
  };
  add(PgType::Text, &Cursor::source);
  add(PgType::Bytea, &Cursor::path);
  for (const CursorColumn& column : kCursorColumns) add(PgType::Int8, column.field);
  add(PgType::Bytea, &Cursor::state);
  return statement;
}

// Kinds of which the batch has nothing take no row.
void PgAppend::add_count_statements(std::span<const Kind> kinds,
                                    std::vector<PgStatement>& statements) const {
  if (!is_counted()) return;
  PgArray counted(PgType::Text);
  PgArray inserted(PgType::Int8);
  PgArray updated(PgType::Int8);
  PgArray duplicate(PgType::Int8);
  PgArray none(PgType::Text);
  for (const Kind kind : kinds) {
    const Tally& tally = tallies_[index_of(kind)];
    if (tally == Tally()) {
      none.add_bytes(describe(kind).name);
      continue;
    }
    counted.add_bytes(describe(kind).name);
    inserted.add_integer(tally.inserted);
    updated.add_integer(tally.updated);
    duplicate.add_integer(tally.duplicate);
  }
  const PgParameter run = pg_text(batch_.run.run_id);
  statements.push_back({add_counts_sql(schema_.prefix()),
                        {run, counted.take(), inserted.take(), updated.take(), duplicate.take()}});
  statements.push_back({clear_last_counts_sql(schema_.prefix()), {run, none.take()}});
}

PgStatement PgAppend::changes_statement() const {
  std::vector<std::optional<Instant>> times;
  for (const NewRow& turn : new_rows_[index_of(Kind::Turn)])
    times.push_back(from_row<Turn>(turn.row).ts);
  PgArray quarters(PgType::TimestampTz);
  for (const auto& quarter : changed_quarters(std::move(times)))
    quarters.add_cell(quarter ? Cell::integer(quarter->us) : Cell());
  return {"INSERT INTO " + schema_.prefix() + "turn_change SELECT pg_catalog.unnest($1)",
          {quarters.take()}};
}

Tallies PgAppend::run() {
  if (const auto before = ask()) {
    connection_.run({"ROLLBACK", {}});
    return *before;
  }
  for (const Kind kind : kAllKinds) tallies_[index_of(kind)].duplicate = brought(kind);
  write();
  return tallies_;
}

}  // namespace relayburn
