#include "plugins/sqlite/sqlite_snapshot.h"

namespace relayburn {
namespace {

// Instants are integers; quarters before 1970 are rounded down too.
const Dialect& sqlite_dialect() {
  static const Dialect dialect = {
      .table_prefix = "",
      .endless_time = "9223372036854775807",
      .earliest_time = "-9223372036854775807",
      .functions = "",
      .false_flag = "0",
      .quarter_hour = "((t.ts - ((t.ts % 900000000) + 900000000) % 900000000) / 900000000)"};
  return dialect;
}

}  // namespace

SqliteSnapshot::SqliteSnapshot(SqliteDatabase database) : database_(std::move(database)) {
  database_.run("PRAGMA cache_size = -65536; BEGIN");
  // BEGIN alone takes no snapshot yet: the first read does.
  SqliteStatement(database_, "SELECT count(*) FROM schema_versions").step();
}

void SqliteSnapshot::scan(Kind kind, const ScanFilter& filter, const RowSink& sink) {
  const KindDescription& description = describe(kind);
  const SqlQuery sql = scan_sql(kind, filter, sqlite_dialect());
  SqliteStatement rows(database_, sql.text);
  rows.parameters(sql.parameters);
  std::array<Cell, kMostColumns> cells;
  while (rows.step()) {
    for (size_t i = 0; i < description.columns.size(); ++i)
      cells[i] = rows.cell_at(static_cast<int>(i));
    sink({cells.data(), description.columns.size()});
  }
}

void SqliteSnapshot::aggregate(const AggregateQuery& query, const GroupSink& sink) {
  const SqlQuery sql = aggregate_sql(query, sqlite_dialect());
  SqliteStatement rows(database_, sql.text);
  rows.parameters(sql.parameters);
  const size_t width = query.group_by.size();
  std::vector<Cell> cells(width);
  while (rows.step()) {
    for (size_t i = 0; i < width; ++i) cells[i] = rows.cell_at(static_cast<int>(i));
    int column = static_cast<int>(width);
    GroupSums sums;
    for (int64_t* sum : sum_columns(sums)) *sum = rows.integer_at(column++);
    if (sums.turns > 0) sink(cells, sums);
  }
}

int64_t SqliteSnapshot::count(Kind kind) {
  SqliteStatement statement(database_, count_sql(kind, sqlite_dialect()));
  statement.step();
  return statement.integer_at(0);
}

std::vector<RunCounts> SqliteSnapshot::runs() {
  std::vector<RunCounts> runs;
  SqliteStatement rows(database_, runs_sql(sqlite_dialect()));
  while (rows.step()) {
    if (runs.empty() || runs.back().run_id != rows.text_at(0))
      runs.push_back({std::string(rows.text_at(0)), std::string(rows.text_at(1)), {}});
    if (const KindDescription* kind = find_kind(rows.text_at(2)))
      runs.back().tallies[index_of(kind->kind)] = {rows.integer_at(3), rows.integer_at(4),
                                                   rows.integer_at(5)};
  }
  return runs;
}

std::vector<RejectedLines> SqliteSnapshot::rejected_lines() {
  std::vector<RejectedLines> rejected;
  SqliteStatement rows(database_, rejected_lines_sql(sqlite_dialect()));
  while (rows.step()) rejected.push_back({std::string(rows.text_at(0)), rows.integer_at(1)});
  return rejected;
}

}  // namespace relayburn
