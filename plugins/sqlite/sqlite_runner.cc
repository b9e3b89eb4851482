#include "plugins/sqlite/sqlite_runner.h"

namespace relayburn {

const Dialect& sqlite_dialect() {
  // Instants are integers; quarters before 1970 are rounded down too.
  static const Dialect dialect = {
      .table_prefix = "",
      .max_timestamp = "9223372036854775807",
      .earliest_time = "-9223372036854775807",
      .functions = "",
      .false_flag = "0",
      .quarter_hour = "(t.ts - ((t.ts % 900000000) + 900000000) % 900000000)",
      .row_identity = "rowid",
      .turn_count = "(SELECT max(rowid) FROM turn)",
      .full_scan_hint = " NOT INDEXED",
      .has_distinct_on = false,
      .choose_plans = [](const std::string& are_many) { return "SELECT " + are_many; },
      .aggregates_in_sql = false};
  return dialect;
}

SqlRunner sqlite_runner(SqliteDatabase& database) {
  return [&database](const SqlQuery& query, const RowSink& sink) {
    SqliteStatement rows(database, query.text);
    rows.parameters(query.parameters);
    std::vector<Cell> cells(static_cast<size_t>(rows.columns()));
    while (rows.step()) {
      for (size_t i = 0; i < cells.size(); ++i) cells[i] = rows.cell_at(static_cast<int>(i));
      sink(cells);
    }
  };
}

}  // namespace relayburn
