#include "core/sql/turn_sql.h"

namespace relayburn {
namespace {

// How many bounds lie on the near side of a value: one CASE each.
template <class Bounds>
std::string side_of(const std::string& value, const char* relation, const Bounds& bounds,
                    std::vector<SqlParameter>& parameters) {
  if (bounds.size() > kMaxBoundsInSql) return value;
  std::string sum = "0";
  for (const auto& bound : bounds)
    sum +=
        " + CASE WHEN " + value + relation + placeholder(parameters, bound) + " THEN 1 ELSE 0 END";
  return "(" + sum + ")";
}

// The columns by which the copies of a call are compared, the greatest first (LEDGER.md 3).
std::string greatest_first(const std::string& turn, const Dialect& dialect) {
  const std::string unset = std::string(", ") + dialect.false_flag + ")";
  return turn + ".revision DESC, coalesce(" + turn + ".ts, " + dialect.max_timestamp +
         "), coalesce(" + turn + ".is_sidechain" + unset + ", coalesce(" + turn + ".is_fork" +
         unset + ", coalesce(" + turn + ".session_id, ''), " + turn + ".id";
}

// No other copy of the call is greater (LEDGER.md 3). `earlier time wins` swaps the sides of ts; so
// do the other parts of which the smallest wins.
// SQLite has no other way than to look up each turn's; PostgreSQL joins all by itself, if nothing
// else stands beside NOT EXISTS.
std::string canonical_condition(const TurnRows& rows, const Dialect& dialect) {
  const bool excepts_single = rows.are_many && !dialect.has_distinct_on;
  const std::string never = dialect.max_timestamp;
  const std::string unset = dialect.false_flag;
  const auto parts = [&](const std::string& greater, const std::string& smaller) {
    return "(" + greater + ".revision, coalesce(" + smaller + ".ts, " + never + "), coalesce(" +
           smaller + ".is_sidechain, " + unset + "), coalesce(" + smaller + ".is_fork, " + unset +
           "), coalesce(" + smaller + ".session_id, ''), " + smaller + ".id)";
  };
  return "t.is_void IS NULL AND (" +
         (excepts_single ? "t.call_key NOT IN " + duplicated_calls(dialect) + " OR " : "") +
         "NOT EXISTS (SELECT 1 FROM " + table_of(Kind::Turn, dialect) +
         " AS o WHERE o.call_key = t.call_key AND o." + dialect.row_identity + " <> t." +
         dialect.row_identity + " AND o.is_void IS NULL AND " + parts("o", "t") + " > " +
         parts("t", "o") + "))";
}

// A lookup costs some sixteen times what a turn costs when all are gone through.
constexpr int kTurnsOfALookup = 16;

// Of quarters, in one statement. PostgreSQL may go through many turns once for each range.
constexpr size_t kMaxRanges = 200;
constexpr size_t kMaxRangesOfMany = 16;

// Rather than look up each by its time, each on another page.
bool goes_through_all(const TurnRows& rows) {
  return rows.of == TurnRows::Of::TurnsInRanges && rows.are_many;
}

// True where the greatest copy of each call is found once. To compare each copy with the others
// takes time that grows with the square of their number.
bool finds_greatest(const TurnRows& rows, const Dialect& dialect) {
  return (rows.of == TurnRows::Of::TurnsInRanges || rows.of == TurnRows::Of::TurnsWithTime) &&
         dialect.has_distinct_on;
}

// " FROM … AS t": these turns, canonical or not. Of those that are all gone through the ranges are
// to be checked.
std::string from_turns(const TurnRows& rows, const Dialect& dialect,
                       std::vector<SqlParameter>& parameters) {
  const std::string turns = table_of(Kind::Turn, dialect) + " AS t";
  if (goes_through_all(rows)) return " FROM " + turns + dialect.full_scan_hint;
  if (rows.of != TurnRows::Of::TurnsInRanges) return " FROM " + turns;
  // They are found by the index of their times.
  std::string values;
  for (const auto& range : rows.ranges) {
    values += (values.empty() ? "(" : ", (") + placeholder(parameters, range.from);
    values += ", " + placeholder(parameters, range.to) + ")";
  }
  return " FROM (VALUES " + values + ") AS r JOIN " + turns +
         " ON t.ts >= r.column1 AND t.ts < r.column2";
}

constexpr const char* kIsGreatest =
    "t.is_void IS NULL AND (g.greatest IS NULL OR g.greatest = t.id)";

// The greatest copy of each call that has several.
std::string greatest_copies(const Dialect& dialect) {
  return "(SELECT DISTINCT ON (o.call_key) o.call_key AS copied_call, o.id AS greatest FROM " +
         table_of(Kind::Turn, dialect) + " AS o WHERE o.is_void IS NULL AND o.call_key IN " +
         duplicated_calls(dialect) + " ORDER BY o.call_key, " + greatest_first("o", dialect) + ")";
}

}  // namespace

const std::string kContextExpression =
    "coalesce(t.context_tokens, t.input + t.cache_read + t.cache_create_5m + t.cache_create_1h)";

bool is_sided_by_core(GroupColumn column, const AggregateQuery& query) {
  switch (column) {
    case GroupColumn::PriceSpanIndex:
      return query.span_bounds.size() > kMaxBoundsInSql;
    case GroupColumn::ContextTierIndex:
      return query.context_bounds.size() > kMaxBoundsInSql;
    case GroupColumn::TimeBoundIndex:
      return query.time_bounds.size() > kMaxBoundsInSql;
    default:
      return false;
  }
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
    case GroupColumn::Plan:
      return "t.plan";
    case GroupColumn::PriceSpanIndex:
      return side_of("t.ts", " >= ", query.span_bounds, parameters);
    case GroupColumn::ContextTierIndex:
      return side_of(kContextExpression, " > ", query.context_bounds, parameters);
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
    case GroupColumn::TimeBoundIndex:
      return side_of("t.ts", " >= ", query.time_bounds, parameters);
  }
  return "NULL";
}

const std::array<SumColumn, 9> kSumColumns = {{
    {"turns", "coalesce(t.calls, 1)", &GroupSums::turns},
    {"input", "t.input", &GroupSums::input},
    {"output", "t.output", &GroupSums::output},
    {"reasoning", "t.reasoning", &GroupSums::reasoning},
    {"cache_read", "t.cache_read", &GroupSums::cache_read},
    {"cache_create_5m", "t.cache_create_5m", &GroupSums::cache_create_5m},
    {"cache_create_1h", "t.cache_create_1h", &GroupSums::cache_create_1h},
    {"web_search_requests", "t.web_search_requests", &GroupSums::web_search_requests},
    {"lower_bound_turns", "CASE WHEN t.output_is_lower_bound IS NULL THEN 0 ELSE 1 END",
     &GroupSums::lower_bound_turns},
}};

std::string summed(const std::string& expression, const Dialect& dialect) {
  return "CAST(" + dialect.functions + "sum(" + expression + ") AS BIGINT)";
}

std::string summary_table(const Dialect& dialect) { return dialect.table_prefix + "usage_summary"; }
std::string change_table(const Dialect& dialect) { return dialect.table_prefix + "turn_change"; }

TurnRows many_turns_in(const QuarterRanges& quarters) {
  return {TurnRows::Of::TurnsInRanges, quarters.ranges(kMaxRangesOfMany), true};
}

TurnRows turns_in(const QuarterRanges& quarters, const Dialect& dialect, const SqlRunner& run) {
  const TurnRows rows{TurnRows::Of::TurnsInRanges, quarters.ranges(kMaxRanges)};
  if (rows.ranges.empty()) return rows;
  SqlQuery sql;
  sql.text = dialect.choose_plans("(SELECT " + dialect.functions + "count(*)" +
                                  from_turns(rows, dialect, sql.parameters) + ") * " +
                                  std::to_string(kTurnsOfALookup) + " > " + dialect.turn_count);
  bool are_many = false;
  run(sql, [&](Row row) { are_many = row[0].integer() != 0; });
  return are_many ? many_turns_in(quarters) : rows;
}

bool lacks_summary(const Dialect& dialect, const SqlRunner& run) {
  const std::string condition = "NOT EXISTS (SELECT 1 FROM " + summary_table(dialect) +
                                ") AND EXISTS (SELECT 1 FROM " + table_of(Kind::Turn, dialect) +
                                " WHERE ts IS NOT NULL AND is_void IS NULL)";
  bool lacks = false;
  run({dialect.choose_plans(condition), {}}, [&](Row row) { lacks = row[0].integer() != 0; });
  return lacks;
}

std::string duplicated_calls(const Dialect& dialect) {
  return "(SELECT call_key FROM " + table_of(Kind::Turn, dialect) +
         " WHERE is_void IS NULL GROUP BY call_key HAVING " + dialect.functions + "count(*) > 1)";
}

std::string copies_of_rows(const TurnRows& rows, const Dialect& dialect,
                           std::vector<SqlParameter>& parameters) {
  std::string calls = "SELECT DISTINCT t.call_key" + from_turns(rows, dialect, parameters) +
                      " WHERE t.is_void IS NULL";
  if (rows.of == TurnRows::Of::TurnsWithoutTime) calls += " AND t.ts IS NULL";
  const std::string turns = table_of(Kind::Turn, dialect);
  // OFFSET makes the planner look up each call by itself.
  if (dialect.has_distinct_on)
    return " FROM (" + calls + ") AS c CROSS JOIN LATERAL (SELECT * FROM " + turns +
           " WHERE call_key = c.call_key AND is_void IS NULL OFFSET 0) AS t";
  return " FROM " + turns + " AS t WHERE t.is_void IS NULL AND t.call_key IN (" + calls + ")";
}

std::string from_rows(const TurnRows& rows, const Dialect& dialect,
                      std::vector<SqlParameter>& parameters) {
  if (rows.of == TurnRows::Of::SummaryButRanges) return " FROM " + summary_table(dialect) + " AS t";
  if (!finds_greatest(rows, dialect)) return from_turns(rows, dialect, parameters);
  if (rows.are_many)
    return from_turns(rows, dialect, parameters) + " LEFT JOIN " + greatest_copies(dialect) +
           " AS g ON g.copied_call = t.call_key";
  return " FROM (SELECT DISTINCT ON (t.call_key) t.*" + copies_of_rows(rows, dialect, parameters) +
         " ORDER BY t.call_key, " + greatest_first("t", dialect) + ") AS t";
}

std::string row_filter(const TurnRows& rows, const Dialect& dialect,
                       std::vector<SqlParameter>& parameters) {
  switch (rows.of) {
    case TurnRows::Of::AllTurns:
      return canonical_condition(rows, dialect);
    case TurnRows::Of::TurnsWithTime:
      return "t.ts IS NOT NULL AND " +
             (finds_greatest(rows, dialect) ? kIsGreatest : canonical_condition(rows, dialect));
    case TurnRows::Of::TurnsWithoutTime:
      return "t.ts IS NULL AND " + canonical_condition(rows, dialect);
    case TurnRows::Of::TurnsInRanges: {
      // The canonical copy may lie elsewhere than those by which its call was found.
      std::string condition;
      if (goes_through_all(rows) || finds_greatest(rows, dialect))
        condition = "(" + lies_in(rows.ranges, "t.ts", parameters) + ")";
      if (!finds_greatest(rows, dialect))
        append_condition(condition, canonical_condition(rows, dialect));
      else if (rows.are_many)
        append_condition(condition, kIsGreatest);
      return condition;
    }
    case TurnRows::Of::SummaryButRanges:
      break;
  }
  return rows.ranges.empty() ? "" : "NOT (" + lies_in(rows.ranges, "t.ts", parameters) + ")";
}

std::string lies_in(const std::vector<QuarterRanges::Range>& ranges, const std::string& time,
                    std::vector<SqlParameter>& parameters) {
  std::string conditions;
  for (const auto& range : ranges) {
    conditions += conditions.empty() ? "(" : " OR (";
    conditions += time + " >= " + placeholder(parameters, range.from);
    conditions += " AND " + time + " < " + placeholder(parameters, range.to) + ")";
  }
  return conditions;
}

}  // namespace relayburn
