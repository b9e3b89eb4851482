#include "core/sql/aggregate_sql.h"

#include <algorithm>

#include "core/sql/turn_changes.h"
#include "core/storage/group_table.h"

namespace relayburn {
namespace {

// Reports that cut time elsewhere than at quarters of an hour (stamps do) read those from the
// turns.
constexpr size_t kMaxOddBounds = 500;

// The groups of these rows behind those that the query gives already.
void add_groups(SqlQuery& sql, const AggregateQuery& query, const TurnRows& rows,
                const Dialect& dialect) {
  std::string list;
  const auto add = [&](const std::string& expression) {
    list += (list.empty() ? "SELECT " : ", ") + expression;
  };
  for (const GroupColumn column : query.group_by)
    add(group_expression(column, query, dialect, sql.parameters));
  const bool is_summary = rows.of == TurnRows::Of::SummaryButRanges;
  for (const SumColumn& column : kSumColumns) {
    const std::string each = is_summary ? std::string("t.") + column.name : column.of_turn;
    add(dialect.aggregates_in_sql ? summed(each, dialect) : each);
  }
  if (!sql.text.empty()) sql.text += " UNION ALL ";
  sql.text += list + from_rows(rows, dialect, sql.parameters);
  std::string conditions = row_filter(rows, dialect, sql.parameters);
  const std::string filter = filter_conditions(Kind::Turn, query.filter, sql.parameters);
  if (!filter.empty()) append_condition(conditions, filter);
  if (!conditions.empty()) sql.text += " WHERE " + conditions;
  if (!dialect.aggregates_in_sql) return;
  for (size_t i = 0; i < query.group_by.size(); ++i)
    sql.text += (i == 0 ? " GROUP BY " : ", ") + std::to_string(i + 1);
}

// The cell of a side that SQL gave as a time or a context.
Cell side_cell(GroupColumn column, const AggregateQuery& query, const Cell& value) {
  if (value.is_null()) return Cell::integer(0);
  if (column == GroupColumn::ContextTierIndex)
    return Cell::integer(bounds_below(query.context_bounds, value.integer()));
  return Cell::integer(
      bounds_until(column == GroupColumn::PriceSpanIndex ? query.span_bounds : query.time_bounds,
                   {value.integer()}));
}

Cell group_cell(GroupColumn column, const AggregateQuery& query, const Cell& value) {
  if (is_sided_by_core(column, query)) return side_cell(column, query, value);
  if (column == GroupColumn::QuarterHour && !value.is_null())
    return Cell::integer(value.integer() / kQuarterHourUs);
  return value;
}

void emit_groups(const AggregateQuery& query, const SqlQuery& sql, const SqlRunner& run,
                 const GroupSink& sink) {
  const size_t width = query.group_by.size();
  std::vector<Cell> cells(width);
  run(sql, [&](Row row) {
    for (size_t i = 0; i < width; ++i) cells[i] = group_cell(query.group_by[i], query, row[i]);
    GroupSums sums;
    for (size_t i = 0; i < kSumColumns.size(); ++i)
      sums.*kSumColumns[i].sum = row[width + i].integer();
    if (sums != GroupSums{}) sink(cells, sums);
  });
}

// Quarters that lie on both sides of a bound of the context.
void add_mixed_tier_quarters(TurnChanges& changes, const AggregateQuery& query,
                             const Dialect& dialect, const SqlRunner& run) {
  SqlQuery sql;
  std::string conditions;
  for (const int64_t bound : query.context_bounds) {
    const std::string value = placeholder(sql.parameters, bound);
    conditions += conditions.empty() ? " WHERE " : " OR ";
    conditions += "(context_tokens > " + value + " AND least_context_tokens <= " + value + ")";
  }
  if (conditions.empty()) return;
  sql.text = "SELECT DISTINCT ts FROM " + summary_table(dialect) + conditions;
  run(sql, [&](Row row) { changes.add(row[0]); });
}

std::vector<Instant> unaligned_bounds(const AggregateQuery& query) {
  std::vector<Instant> bounds = query.span_bounds;
  bounds.insert(bounds.end(), query.time_bounds.begin(), query.time_bounds.end());
  for (const auto& bound : {query.filter.since, query.filter.until})
    if (bound) bounds.push_back(*bound);
  std::erase_if(bounds, [](Instant bound) { return start_of_quarter(bound) == bound; });
  return bounds;
}

}  // namespace

bool fits_summary(const AggregateQuery& query) {
  return std::find(query.group_by.begin(), query.group_by.end(), GroupColumn::Message) ==
             query.group_by.end() &&
         !is_sided_by_core(GroupColumn::ContextTierIndex, query) &&
         unaligned_bounds(query).size() <= kMaxOddBounds;
}

void aggregate_by_sql(const AggregateQuery& query, const Dialect& dialect, const SqlRunner& run,
                      const GroupSink& sink) {
  GroupTable<GroupSums> groups;
  const auto add = [&](const SqlQuery& sql) {
    emit_groups(query, sql, run,
                [&](Row cells, const GroupSums& sums) { groups.add(cells, sums); });
  };
  SqlQuery turns;
  if (fits_summary(query) && !lacks_summary(dialect, run)) {
    TurnChanges changes = turn_changes(dialect, run);
    add_mixed_tier_quarters(changes, query, dialect, run);
    for (const Instant bound : unaligned_bounds(query)) changes.quarters.add(bound);
    const TurnRows changed = changed_turns(changes, dialect, run);
    SqlQuery summary;
    add_groups(summary, query, {TurnRows::Of::SummaryButRanges, changed.ranges}, dialect);
    add(summary);
    if (!changed.ranges.empty()) add_groups(turns, query, changed, dialect);
    if (!query.filter.since && !query.filter.until)
      add_groups(turns, query, {TurnRows::Of::TurnsWithoutTime}, dialect);
  } else {
    add_groups(turns, query, {.of = TurnRows::Of::AllTurns, .are_many = true}, dialect);
  }
  if (!turns.text.empty()) add(turns);
  groups.give(sink);
}

}  // namespace relayburn
