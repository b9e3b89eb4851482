#include "plugins/postgres/pg_runner.h"

namespace relayburn {
namespace {

// By their bytes, of which a turn takes some 400. A table that is partitioned has none itself.
std::string turn_count(const PgSchema& schema) {
  std::string name;
  for (const char c : schema.prefix() + "turn") name += c == '\'' ? "''" : std::string(1, c);
  const std::string table = "CAST('" + name + "' AS pg_catalog.regclass)";
  return "((pg_catalog.pg_relation_size(" + table +
         ") + coalesce((SELECT CAST(pg_catalog.sum(pg_catalog.pg_relation_size(inhrelid)) AS "
         "BIGINT) FROM pg_catalog.pg_inherits WHERE inhparent = CAST(" +
         table + " AS pg_catalog.oid)), 0)) / 400)";
}

}  // namespace

Dialect pg_dialect(const PgSchema& schema) {
  return {
      .table_prefix = schema.prefix(),
      .max_timestamp = "TIMESTAMP WITH TIME ZONE 'infinity'",
      .earliest_time = "TIMESTAMP WITH TIME ZONE '-infinity'",
      .functions = "pg_catalog.",
      .false_flag = "false",
      // From before every instant, because date_bin() rounds up what lies before its origin.
      .quarter_hour =
          "pg_catalog.date_bin(INTERVAL '15 minutes', t.ts, TIMESTAMP WITH TIME ZONE '4000-01-01 "
          "00:00:00+00 BC')",
      .row_identity = "id",
      .turn_count = turn_count(schema),
      .full_scan_hint = "",
      .has_distinct_on = true,
      .choose_plans =
          [](const std::string& are_many) {
            return "SELECT m.are_many, pg_catalog.set_config('enable_nestloop', CASE WHEN "
                   "m.are_many "
                   "THEN 'off' ELSE 'on' END, true) FROM (SELECT " +
                   are_many + " AS are_many OFFSET 0) AS m";
          },
      .aggregates_in_sql = true};
}

PgStatement pg_statement(const SqlQuery& query) {
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

void give_rows(const PgResult& result, const RowSink& sink) {
  std::vector<Cell> cells(static_cast<size_t>(result.columns()));
  for (int row = 0; row < result.rows(); ++row) {
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = result.cell(row, static_cast<int>(i));
    sink(cells);
  }
}

void run_sql(PgConnection& connection, const SqlQuery& query, const RowSink& sink) {
  connection.stream(pg_statement(query), [&](const PgResult& row) { give_rows(row, sink); });
}

}  // namespace relayburn
