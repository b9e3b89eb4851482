#include "plugins/sqlite/sqlite_snapshot.h"

#include "core/sql/aggregate_sql.h"
#include "plugins/sqlite/sqlite_runner.h"

namespace relayburn {
SqliteSnapshot::SqliteSnapshot(SqliteDatabase database) : database_(std::move(database)) {
  database_.run("PRAGMA cache_size = -65536; BEGIN");
  // BEGIN alone takes no snapshot yet: the first read does.
  SqliteStatement(database_, "SELECT count(*) FROM schema_versions").step();
}

void SqliteSnapshot::scan(Kind kind, const ScanFilter& filter, const RowSink& sink) {
  sqlite_runner(database_)(scan_sql(kind, filter, sqlite_dialect()), sink);
}

void SqliteSnapshot::aggregate(const AggregateQuery& query, const GroupSink& sink) {
  aggregate_by_sql(query, sqlite_dialect(), sqlite_runner(database_), sink);
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

std::vector<HostProblems> SqliteSnapshot::problems() {
  std::vector<HostProblems> problems;
  SqliteStatement rows(database_, problems_sql(sqlite_dialect()));
  while (rows.step())
    problems.push_back({std::string(rows.text_at(0)), rows.integer_at(1), rows.integer_at(2)});
  return problems;
}

}  // namespace relayburn
