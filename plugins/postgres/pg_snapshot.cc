#include "plugins/postgres/pg_snapshot.h"

#include <algorithm>
#include <utility>

#include "core/sql/aggregate_sql.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_runner.h"

namespace relayburn {
namespace {

// Rows are fetched in portions of about so many bytes, whatever they weigh.
constexpr size_t kBytesOfAPortion = size_t{2} << 20;
constexpr size_t kFirstPortion = 4;
constexpr size_t kLargestPortion = 20'000;
constexpr size_t kLargestPortionOfContent = 100;  // of which any may be large

size_t bytes_of(const PgResult& portion) {
  size_t bytes = 0;
  for (int row = 0; row < portion.rows(); ++row)
    for (int column = 0; column < portion.columns(); ++column)
      bytes += portion.bytes(row, column).size();
  return bytes;
}

// How many rows to fetch after this portion.
size_t next_portion(Kind kind, const PgResult& portion) {
  const auto rows = static_cast<size_t>(portion.rows());
  const size_t largest = kind == Kind::Content ? kLargestPortionOfContent : kLargestPortion;
  const size_t fitting = kBytesOfAPortion * rows / (bytes_of(portion) + 1);
  return std::clamp(fitting, size_t{1}, std::min(4 * rows, largest));
}

}  // namespace

PgSnapshot::PgSnapshot(PgLease lease, const PgSchema& schema)
    : lease_(std::move(lease)), dialect_(pg_dialect(schema)) {}

std::unique_ptr<PgSnapshot> PgSnapshot::open(PgLease lease, const PgSchema& schema) {
  const PgStatement begin[] = {// We read everything; compiling our queries takes longer than most.
                               {"SET LOCAL cursor_tuple_fraction = 1", {}},
                               {"SET LOCAL jit = off", {}},
                               {"SET LOCAL enable_nestloop = off", {}},
                               // Whoever takes our rows may be slow: a pipe, another ledger.
                               {"SET LOCAL idle_in_transaction_session_timeout = 0", {}},
                               schema.version_query()};
  try {
    schema.require_current(lease->begin(Transaction::RepeatableReadOnly, begin).back());
  } catch (const PgError& error) {
    if (error.sqlstate == kUndefinedTable) return nullptr;
    throw;
  }
  return std::unique_ptr<PgSnapshot>(new PgSnapshot(std::move(lease), schema));
}

void PgSnapshot::scan(Kind kind, const ScanFilter& filter, const RowSink& sink) {
  // Few round trips for a few rows: a cursor is closed when the next one is opened, or by the
  // transaction's end.
  std::vector<PgStatement> statements = std::exchange(closing_, {});
  const std::string cursor = "scan" + std::to_string(++cursors_);
  const auto fetch = [&](size_t rows) {
    return PgStatement{"FETCH FORWARD " + std::to_string(rows) + " FROM " + cursor, {}};
  };
  PgStatement declare = pg_statement(scan_sql(kind, filter, dialect_));
  declare.sql = "DECLARE " + cursor + " NO SCROLL CURSOR FOR " + declare.sql;
  statements.push_back(std::move(declare));
  statements.push_back(fetch(kFirstPortion));
  PgResult portion = std::move(lease_->run_all(statements).back());
  const size_t width = describe(kind).columns.size();
  std::array<Cell, kMaxColumns> cells;
  for (size_t portion_size = kFirstPortion;;) {
    for (int row = 0; row < portion.rows(); ++row) {
      for (size_t i = 0; i < width; ++i) cells[i] = portion.cell(row, static_cast<int>(i));
      sink({cells.data(), width});
    }
    if (static_cast<size_t>(portion.rows()) < portion_size) break;
    portion_size = next_portion(kind, portion);
    portion = lease_->run(fetch(portion_size));
  }
  closing_.push_back({"CLOSE " + cursor, {}});
}

void PgSnapshot::run(const SqlQuery& query, const RowSink& sink) { run_sql(*lease_, query, sink); }

// Copies of a call are looked up one by one only where few turns are asked for: those of a range of
// time, or those that the summary does not hold yet. Of a table that grows just now the planner
// thinks that it is small, and would compare every turn with every other. Dialect::choose_plans may
// have set it otherwise meanwhile.
void PgSnapshot::prefer_lookups(bool is_on) {
  lease_->run({is_on ? "SET LOCAL enable_nestloop = on" : "SET LOCAL enable_nestloop = off", {}});
}

void PgSnapshot::aggregate(const AggregateQuery& query, const GroupSink& sink) {
  prefer_lookups(query.filter.since || query.filter.session_id || fits_summary(query));
  aggregate_by_sql(
      query, dialect_, [&](const SqlQuery& sql, const RowSink& rows) { run(sql, rows); }, sink);
}

int64_t PgSnapshot::count(Kind kind) {
  return lease_->run({count_sql(kind, dialect_), {}}).integer(0, 0);
}

std::vector<RunCounts> PgSnapshot::runs() {
  std::vector<RunCounts> runs;
  const PgResult rows = lease_->run({runs_sql(dialect_), {}});
  for (int row = 0; row < rows.rows(); ++row) {
    if (runs.empty() || runs.back().run_id != rows.bytes(row, 0))
      runs.push_back({rows.text(row, 0), rows.text(row, 1), {}});
    if (const KindDescription* kind = find_kind(rows.bytes(row, 2)))
      runs.back().tallies[index_of(kind->kind)] = {rows.integer(row, 3), rows.integer(row, 4),
                                                   rows.integer(row, 5)};
  }
  return runs;
}

std::vector<HostProblems> PgSnapshot::problems() {
  std::vector<HostProblems> problems;
  const PgResult rows = lease_->run({problems_sql(dialect_), {}});
  for (int row = 0; row < rows.rows(); ++row)
    problems.push_back({rows.text(row, 0), rows.integer(row, 1), rows.integer(row, 2)});
  return problems;
}

}  // namespace relayburn
