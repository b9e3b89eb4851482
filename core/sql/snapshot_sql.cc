#include "core/sql/snapshot_sql.h"

namespace relayburn {
namespace {

std::string placeholder(std::vector<SqlParameter>& parameters, SqlParameter value) {
  parameters.push_back(std::move(value));
  return "$" + std::to_string(parameters.size());
}

void append_condition(std::string& conditions, const std::string& condition) {
  conditions += conditions.empty() ? "" : " AND ";
  conditions += condition;
}

// How many bounds lie on the near side of a value: one CASE each.
template <class Bounds>
std::string side_of(const std::string& value, const char* relation, const Bounds& bounds,
                    std::vector<SqlParameter>& parameters) {
  std::string sum = "0";
  for (const auto& bound : bounds)
    sum +=
        " + CASE WHEN " + value + relation + placeholder(parameters, bound) + " THEN 1 ELSE 0 END";
  return "(" + sum + ")";
}

std::string group_expression(GroupColumn column, const AggregateQuery& query,
                             const Dialect& dialect, std::vector<SqlParameter>& parameters) {
  switch (column) {
    case GroupColumn::Source:
      return "t.source";
    case GroupColumn::Model:
      return "t.model";
    case GroupColumn::ServiceTier:
      return "t.service_tier";
    case GroupColumn::Speed:
      return "t.speed";
    case GroupColumn::InferenceGeo:
      return "t.inference_geo";
    case GroupColumn::SpanSide:
      return side_of("t.ts", " >= ", query.span_bounds, parameters);
    case GroupColumn::ContextSide:
      return side_of(
          "coalesce(t.context_tokens, t.input + t.cache_read + t.cache_create_5m + "
          "t.cache_create_1h)",
          " > ", query.context_bounds, parameters);
    case GroupColumn::Session:
      return "t.session_id";
    case GroupColumn::QuarterHour:
      return dialect.quarter_hour;
    case GroupColumn::Cwd:
      return "t.cwd";
    case GroupColumn::Remote:
      return "t.remote";
    case GroupColumn::Branch:
      return "t.branch";
    case GroupColumn::AgentId:
      return "t.agent_id";
    case GroupColumn::IsSidechain:
      return "t.is_sidechain";
    case GroupColumn::Message:
      return "t.message_id";
    case GroupColumn::TimeSide:
      return side_of("t.ts", " >= ", query.time_bounds, parameters);
  }
  return "NULL";
}

// No other copy of the call is greater (ledger.md 3). `earlier time wins` swaps the sides of ts; so
// do the other parts of which the smallest wins.
std::string canonical_condition(const Dialect& dialect) {
  const std::string never = dialect.endless_time;
  const std::string unset = dialect.false_flag;
  const auto parts = [&](const std::string& greater, const std::string& smaller) {
    return "(" + greater + ".revision, coalesce(" + smaller + ".ts, " + never + "), coalesce(" +
           smaller + ".is_sidechain, " + unset + "), coalesce(" + smaller + ".is_fork, " + unset +
           "), coalesce(" + smaller + ".session_id, ''), " + smaller + ".id)";
  };
  return "NOT EXISTS (SELECT 1 FROM " + table_of(Kind::Turn, dialect) +
         " AS o WHERE o.call_key = t.call_key AND o.id <> t.id AND o.is_void IS NULL AND " +
         parts("o", "t") + " > " + parts("t", "o") + ")";
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

SqlQuery aggregate_sql(const AggregateQuery& query, const Dialect& dialect) {
  SqlQuery sql;
  sql.text = "SELECT ";
  std::string groups;
  for (size_t i = 0; i < query.group_by.size(); ++i) {
    sql.text += group_expression(query.group_by[i], query, dialect, sql.parameters) + ", ";
    groups += (i == 0 ? " GROUP BY " : ", ") + std::to_string(i + 1);
  }
  const std::string& functions = dialect.functions;
  sql.text += functions + "count(*)";
  for (const char* column : {"input", "output", "reasoning", "cache_read", "cache_create_5m",
                             "cache_create_1h", "web_search_requests"})
    sql.text += ", CAST(" + functions + "sum(t." + column + ") AS BIGINT)";
  std::string conditions = "t.is_void IS NULL";
  const std::string filter = filter_conditions(Kind::Turn, query.filter, sql.parameters);
  if (!filter.empty()) append_condition(conditions, filter);
  append_condition(conditions, canonical_condition(dialect));
  sql.text += ", " + functions + "count(t.output_is_lower_bound)" +
              from_where(Kind::Turn, conditions, dialect) + groups;
  return sql;
}

std::array<int64_t*, 9> sum_columns(GroupSums& sums) {
  return {&sums.turns,
          &sums.input,
          &sums.output,
          &sums.reasoning,
          &sums.cache_read,
          &sums.cache_create_5m,
          &sums.cache_create_1h,
          &sums.web_search_requests,
          &sums.lower_bound_turns};
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

std::string rejected_lines_sql(const Dialect& dialect) {
  return "SELECT host_id, CAST(" + dialect.functions + "sum(rejected) AS BIGINT) FROM " +
         dialect.table_prefix + "run WHERE rejected > 0 GROUP BY host_id ORDER BY host_id";
}

std::string runs_sql(const Dialect& dialect) {
  return "SELECT r.run_id, r.host_id, c.kind, c.inserted, c.updated, c.duplicate FROM " +
         dialect.table_prefix + "run AS r LEFT JOIN " + dialect.table_prefix +
         "run_count AS c ON c.run_id = r.run_id ORDER BY r.run_id";
}

}  // namespace relayburn
