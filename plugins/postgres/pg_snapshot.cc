#include "plugins/postgres/pg_snapshot.h"

#include <algorithm>

#include "plugins/postgres/pg_error.h"

namespace relayburn {
namespace {

constexpr int64_t kQuarterHourUs = 900'000'000;

// Rows are fetched in portions of about so many bytes, whatever they weigh.
constexpr size_t kBytesOfAPortion = size_t{2} << 20;
constexpr size_t kFirstPortion = 4;
constexpr size_t kLargestPortion = 20'000;
constexpr size_t kLargestPortionOfContent = 100;  // of which any may be large

Dialect dialect_of(const PgSchema& schema) {
  return {
      .table_prefix = schema.prefix(),
      .endless_time = "TIMESTAMP WITH TIME ZONE 'infinity'",
      .earliest_time = "TIMESTAMP WITH TIME ZONE '-infinity'",
      .functions = "pg_catalog.",
      .false_flag = "false",
      // From before every instant, because date_bin() rounds up what lies before its origin.
      .quarter_hour =
          "pg_catalog.date_bin(INTERVAL '15 minutes', t.ts, TIMESTAMP WITH TIME ZONE '4000-01-01 "
          "00:00:00+00 BC')"};
}

PgStatement statement_of(const SqlQuery& query) {
  PgStatement statement{query.text, {}};
  for (const SqlParameter& value : query.parameters) {
    if (const auto* instant = std::get_if<Instant>(&value))
      statement.parameters.push_back(pg_instant(*instant));
    if (const auto* number = std::get_if<int64_t>(&value))
      statement.parameters.push_back(pg_integer(*number));
    if (const auto* text = std::get_if<std::string>(&value))
      statement.parameters.push_back(pg_text(*text));
  }
  return statement;
}

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
    : lease_(std::move(lease)), dialect_(dialect_of(schema)) {}

std::unique_ptr<PgSnapshot> PgSnapshot::open(PgLease lease, const PgSchema& schema) {
  const PgStatement begin[] = {{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {}},
                               // We read everything; compiling our queries takes longer than most.
                               {"SET LOCAL cursor_tuple_fraction = 1", {}},
                               {"SET LOCAL jit = off", {}},
                               {"SET LOCAL enable_nestloop = off", {}},
                               // Whoever takes our rows may be slow: a pipe, another ledger.
                               {"SET LOCAL idle_in_transaction_session_timeout = 0", {}},
                               schema.version_query()};
  try {
    schema.require_current(lease->run_all(begin).back());
  } catch (const PgError& error) {
    if (error.sqlstate == kUndefinedTable) return nullptr;
    throw;
  }
  return std::unique_ptr<PgSnapshot>(new PgSnapshot(std::move(lease), schema));
}

void PgSnapshot::scan(Kind kind, const ScanFilter& filter, const RowSink& sink) {
  const std::string cursor = "scan" + std::to_string(++cursors_);
  PgStatement declare = statement_of(scan_sql(kind, filter, dialect_));
  declare.sql = "DECLARE " + cursor + " NO SCROLL CURSOR FOR " + declare.sql;
  lease_->run(std::move(declare));
  const size_t width = describe(kind).columns.size();
  std::array<Cell, kMostColumns> cells;
  for (size_t portion_size = kFirstPortion;;) {
    const PgResult portion =
        lease_->run({"FETCH FORWARD " + std::to_string(portion_size) + " FROM " + cursor, {}});
    for (int row = 0; row < portion.rows(); ++row) {
      for (size_t i = 0; i < width; ++i) cells[i] = portion.cell(row, static_cast<int>(i));
      sink({cells.data(), width});
    }
    if (static_cast<size_t>(portion.rows()) < portion_size) break;
    portion_size = next_portion(kind, portion);
  }
  lease_->run({"CLOSE " + cursor, {}});
}

// Copies of a call are looked up one by one only where a filter leaves few turns. Of a table that
// grows just now the planner thinks that it is small, and would compare every turn with every
// other.
void PgSnapshot::prefer_lookups(bool is_on) {
  if (prefers_lookups_ == is_on) return;
  lease_->run({is_on ? "SET LOCAL enable_nestloop = on" : "SET LOCAL enable_nestloop = off", {}});
  prefers_lookups_ = is_on;
}

void PgSnapshot::aggregate(const AggregateQuery& query, const GroupSink& sink) {
  prefer_lookups(query.filter.since || query.filter.session_id);
  const size_t width = query.group_by.size();
  std::vector<Cell> cells(width);
  lease_->stream(statement_of(aggregate_sql(query, dialect_)), [&](const PgResult& group) {
    for (size_t i = 0; i < width; ++i) {
      cells[i] = group.cell(0, static_cast<int>(i));
      if (query.group_by[i] == GroupColumn::QuarterHour && !cells[i].is_null())
        cells[i] = Cell::integer(cells[i].integer() / kQuarterHourUs);
    }
    int column = static_cast<int>(width);
    GroupSums sums;
    for (int64_t* sum : sum_columns(sums)) *sum = group.integer(0, column++);
    if (sums.turns > 0) sink(cells, sums);
  });
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

std::vector<RejectedLines> PgSnapshot::rejected_lines() {
  std::vector<RejectedLines> rejected;
  const PgResult rows = lease_->run({rejected_lines_sql(dialect_), {}});
  for (int row = 0; row < rows.rows(); ++row)
    rejected.push_back({rows.text(row, 0), rows.integer(row, 1)});
  return rejected;
}

}  // namespace relayburn
