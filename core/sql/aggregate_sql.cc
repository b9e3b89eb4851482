#include "core/sql/aggregate_sql.h"

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
  return "NOT EXISTS (SELECT 1 FROM " + std::string(dialect.table_prefix) +
         "turn AS o WHERE o.call_key = t.call_key AND o.id <> t.id AND o.is_void IS NULL AND " +
         parts("o", "t") + " > " + parts("t", "o") + ")";
}

std::string filter_conditions(Kind kind, const ScanFilter& filter, const std::string& prefix,
                              std::vector<SqlParameter>& parameters) {
  const KindDescription& description = describe(kind);
  std::string conditions;
  if (filter.source && description.source != kNoColumn)
    append_condition(conditions, prefix + "source = " + placeholder(parameters, *filter.source));
  if (filter.session_id && description.session != kNoColumn)
    append_condition(conditions,
                     prefix + "session_id = " + placeholder(parameters, *filter.session_id));
  if (filter.since && description.time != kNoColumn)
    append_condition(conditions, prefix + "ts >= " + placeholder(parameters, *filter.since));
  if (filter.until && description.time != kNoColumn)
    append_condition(conditions, prefix + "ts < " + placeholder(parameters, *filter.until));
  return conditions;
}

}  // namespace

SqlQuery aggregate_sql(const AggregateQuery& query, const Dialect& dialect) {
  SqlQuery sql;
  std::string columns;
  std::string groups;
  for (size_t i = 0; i < query.group_by.size(); ++i) {
    columns += group_expression(query.group_by[i], query, dialect, sql.parameters) + ", ";
    groups += (i == 0 ? " GROUP BY " : ", ") + std::to_string(i + 1);
  }
  std::string conditions = "t.is_void IS NULL";
  const std::string filter = filter_conditions(Kind::Turn, query.filter, "t.", sql.parameters);
  if (!filter.empty()) append_condition(conditions, filter);
  append_condition(conditions, canonical_condition(dialect));
  sql.text = "SELECT " + columns +
             "count(*), sum(t.input), sum(t.output), sum(t.reasoning), sum(t.cache_read), "
             "sum(t.cache_create_5m), sum(t.cache_create_1h), sum(t.web_search_requests), "
             "count(t.output_is_lower_bound) FROM " +
             dialect.table_prefix + "turn AS t WHERE " + conditions + groups;
  return sql;
}

std::string filter_sql(Kind kind, const ScanFilter& filter, std::vector<SqlParameter>& parameters) {
  const std::string conditions = filter_conditions(kind, filter, "", parameters);
  return conditions.empty() ? "" : " WHERE " + conditions;
}

}  // namespace relayburn
