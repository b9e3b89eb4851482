#include "core/sql/snapshot_sql.h"

namespace relayburn {

std::string placeholder(std::vector<SqlParameter>& parameters, SqlParameter value) {
  parameters.push_back(std::move(value));
  return "$" + std::to_string(parameters.size());
}

void append_condition(std::string& conditions, const std::string& condition) {
  conditions += conditions.empty() ? "" : " AND ";
  conditions += condition;
}

std::string filter_conditions(Kind kind, const ScanFilter& filter,
                              std::vector<SqlParameter>& parameters) {
  const KindDescription& description = describe(kind);
  std::string conditions;
  if (filter.source && description.source != kNoColumn)
    append_condition(conditions, "t.source = " + placeholder(parameters, *filter.source));
  if (filter.session_id && description.session != kNoColumn)
    append_condition(conditions, "t.session_id = " + placeholder(parameters, *filter.session_id));
  if (filter.since && description.time != kNoColumn)
    append_condition(conditions, "t.ts >= " + placeholder(parameters, *filter.since));
  if (filter.until && description.time != kNoColumn)
    append_condition(conditions, "t.ts < " + placeholder(parameters, *filter.until));
  return conditions;
}

namespace {

// Content that lies before the cutoff is hidden, but in the kept sessions.
std::string visible_condition(const Dialect& dialect) {
  const std::string& prefix = dialect.table_prefix;
  return "(t.ts IS NULL OR t.ts >= coalesce((SELECT " + dialect.functions + "max(cutoff) FROM " +
         prefix + "content_cutoff), " + dialect.earliest_time + ") OR EXISTS (SELECT 1 FROM " +
         prefix +
         "content_kept AS kept WHERE kept.source = coalesce(t.source, '') AND kept.session_id = "
         "coalesce(t.session_id, '')))";
}

std::string from_where(Kind kind, std::string conditions, const Dialect& dialect) {
  if (kind == Kind::Content) append_condition(conditions, visible_condition(dialect));
  return " FROM " + table_of(kind, dialect) + " AS t" +
         (conditions.empty() ? "" : " WHERE " + conditions);
}

}  // namespace

std::string table_of(Kind kind, const Dialect& dialect) {
  return dialect.table_prefix + '"' + std::string(describe(kind).name) + '"';
}

SqlQuery scan_sql(Kind kind, const ScanFilter& filter, const Dialect& dialect) {
  SqlQuery sql;
  for (const Column& column : describe(kind).columns)
    sql.text += (sql.text.empty() ? "SELECT t.\"" : ", t.\"") + std::string(column.name) + '"';
  const std::string conditions = filter_conditions(kind, filter, sql.parameters);
  sql.text += from_where(kind, conditions, dialect) + " ORDER BY t.id";
  return sql;
}

std::string count_sql(Kind kind, const Dialect& dialect) {
  return "SELECT " + dialect.functions + "count(*)" + from_where(kind, {}, dialect);
}

std::string problems_sql(const Dialect& dialect) {
  return "SELECT host_id, CAST(" + dialect.functions + "sum(rejected) AS BIGINT), CAST(" +
         dialect.functions + "sum(unknown) AS BIGINT) FROM " + dialect.table_prefix +
         "run WHERE rejected > 0 OR unknown > 0 GROUP BY host_id ORDER BY host_id";
}

std::string runs_sql(const Dialect& dialect) {
  return "SELECT r.run_id, r.host_id, c.kind, c.inserted, c.updated, c.duplicate FROM " +
         dialect.table_prefix + "run AS r LEFT JOIN " + dialect.table_prefix +
         "run_count AS c ON c.run_id = r.run_id ORDER BY r.run_id";
}

}  // namespace relayburn
