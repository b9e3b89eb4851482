#include "core/sql/usage_summary.h"

#include <algorithm>
#include <utility>

#include "core/sql/turn_changes.h"
#include "core/storage/group_table.h"

namespace relayburn {
namespace {

using Range = QuarterRanges::Range;

constexpr size_t kMaxGroups = 50'000;  // in memory

struct SummaryColumn {
  const char* name;
  GroupColumn group;
};
constexpr std::array kSummaryGroups = {SummaryColumn{"ts", GroupColumn::QuarterHour},
                                       SummaryColumn{"source", GroupColumn::Source},
                                       SummaryColumn{"model", GroupColumn::Model},
                                       SummaryColumn{"service_tier", GroupColumn::ServiceTier},
                                       SummaryColumn{"speed", GroupColumn::Speed},
                                       SummaryColumn{"inference_geo", GroupColumn::InferenceGeo},
                                       SummaryColumn{"plan", GroupColumn::Plan},
                                       SummaryColumn{"session_id", GroupColumn::Session},
                                       SummaryColumn{"cwd", GroupColumn::Cwd},
                                       SummaryColumn{"remote", GroupColumn::Remote},
                                       SummaryColumn{"branch", GroupColumn::Branch},
                                       SummaryColumn{"agent_id", GroupColumn::AgentId},
                                       SummaryColumn{"is_sidechain", GroupColumn::IsSidechain}};
constexpr size_t kGroupWidth = kSummaryGroups.size();

// Of these turns, their context twice: as it is, and on which side of the usual bounds it lies,
// which divides groups.
struct SummarySource {
  std::vector<std::string> groups;
  std::string side;
  std::string rest;
};

SummarySource summary_source(const TurnRows& rows, const Dialect& dialect,
                             std::vector<SqlParameter>& parameters) {
  AggregateQuery query;
  query.context_bounds = kUsualContextBounds;
  SummarySource source;
  for (const SummaryColumn& column : kSummaryGroups)
    source.groups.push_back(group_expression(column.group, query, dialect, parameters));
  source.side = group_expression(GroupColumn::ContextTierIndex, query, dialect, parameters);
  source.rest =
      from_rows(rows, dialect, parameters) + " WHERE " + row_filter(rows, dialect, parameters);
  return source;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string insert_into_summary(const Dialect& dialect) {
  std::string columns;
  for (const SummaryColumn& column : kSummaryGroups) columns += std::string(column.name) + ", ";
  columns += "context_tokens, least_context_tokens, number";
  for (const SumColumn& column : kSumColumns) columns += std::string(", ") + column.name;
  return "INSERT INTO " + summary_table(dialect) + " (" + columns + ") ";
}

SqlQuery fill_summary(const TurnRows& rows, const Dialect& dialect) {
  SqlQuery sql;
  const SummarySource source = summary_source(rows, dialect, sql.parameters);
  std::vector<std::string> values = source.groups;
  values.push_back(dialect.functions + "max(" + kContextExpression + ")");
  values.push_back(dialect.functions + "min(" + kContextExpression + ")");
  values.push_back(dialect.functions + "row_number() OVER (PARTITION BY " + source.groups.front() +
                   ")");
  for (const SumColumn& column : kSumColumns) values.push_back(summed(column.of_turn, dialect));
  sql.text = insert_into_summary(dialect) + "SELECT " + joined(values) + source.rest +
             " GROUP BY " + joined(source.groups) + ", " + source.side;
  return sql;
}

struct SummarySums : GroupSums {
  int64_t context = 0;
  int64_t least_context = 0;

  SummarySums& operator+=(const SummarySums& other) {
    GroupSums::operator+=(other);
    context = std::max(context, other.context);
    least_context = std::min(least_context, other.least_context);
    return *this;
  }
};

// The context twice and the number stand between the groups and the sums.
constexpr size_t kFirstSum = kGroupWidth + 3;
using SummaryRow = std::array<Cell, kFirstSum + kSumColumns.size()>;

SummaryRow summary_row(Row group, const SummarySums& sums, int64_t number) {
  SummaryRow cells;
  std::copy_n(group.begin(), kGroupWidth, cells.begin());
  cells[kGroupWidth] = Cell::integer(sums.context);
  cells[kGroupWidth + 1] = Cell::integer(sums.least_context);
  cells[kGroupWidth + 2] = Cell::integer(number);
  for (size_t i = 0; i < kSumColumns.size(); ++i)
    cells[kFirstSum + i] = Cell::integer(sums.*kSumColumns[i].sum);
  return cells;
}

// The same where whoever asks sums up. Memory must not grow with the ledger: groups are handed on
// when they are many, and a group that comes back later has two rows.
void give_summary(const TurnRows& rows, const Dialect& dialect, const SqlRunner& run,
                  const RowSink& insert) {
  SqlQuery sql;
  const SummarySource source = summary_source(rows, dialect, sql.parameters);
  std::vector<std::string> values = source.groups;
  values.push_back(source.side);
  values.push_back(kContextExpression);
  for (const SumColumn& column : kSumColumns) values.push_back(column.of_turn);
  sql.text = "SELECT " + joined(values) + source.rest;
  GroupTable<SummarySums> groups;
  int64_t number = 0;
  // By time, so that a report on some days finds theirs side by side.
  const auto hand_on = [&] {
    std::vector<std::pair<Row, const SummarySums*>> ordered;
    groups.give([&](Row group, const SummarySums& sums) { ordered.emplace_back(group, &sums); });
    std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
      return a.first.front().integer() < b.first.front().integer();
    });
    for (const auto& [group, sums] : ordered) insert(summary_row(group, *sums, ++number));
    groups.clear();
  };
  run(sql, [&](Row row) {
    SummarySums sums;
    sums.context = sums.least_context = row[kGroupWidth + 1].integer();
    for (size_t i = 0; i < kSumColumns.size(); ++i)
      sums.*kSumColumns[i].sum = row[kGroupWidth + 2 + i].integer();
    groups.add(row.first(kGroupWidth + 1), sums);
    if (groups.size() == kMaxGroups) hand_on();
  });
  hand_on();
}

SqlQuery clear_summary(const std::vector<Range>& ranges, const Dialect& dialect) {
  SqlQuery sql;
  sql.text =
      "DELETE FROM " + summary_table(dialect) + " WHERE " + lies_in(ranges, "ts", sql.parameters);
  return sql;
}

}  // namespace

const std::vector<int64_t> kUsualContextBounds = {100'000, 128'000, 200'000,
                                                  256'000, 272'000, 512'000};

std::string insert_summary_sql(const Dialect& dialect) {
  std::string values;
  for (size_t i = 1; i <= std::tuple_size_v<SummaryRow>; ++i)
    values += (i == 1 ? "$" : ", $") + std::to_string(i);
  return insert_into_summary(dialect) + "VALUES (" + values + ")";
}

void refresh_summary(SummaryScope scope, const Dialect& dialect, const SqlRunner& run,
                     const std::function<void(const SqlQuery&)>& change, const RowSink& insert) {
  const auto fill = [&](const SqlQuery& clear, const TurnRows& rows) {
    change(clear);
    if (dialect.aggregates_in_sql) {
      change(fill_summary(rows, dialect));
    } else {
      give_summary(rows, dialect, run, insert);
    }
  };
  const bool is_lacking = lacks_summary(dialect, run);
  if (scope == SummaryScope::All) run({dialect.choose_plans("1 = 1"), {}}, [](Row) {});
  if (is_lacking || scope == SummaryScope::All) {
    fill({"DELETE FROM " + summary_table(dialect), {}}, all_turns_with_time());
  } else {
    const TurnChanges changes = turn_changes(dialect, run);
    if (changes.quarters.empty() && !changes.without_time) return;
    if (!changes.quarters.empty()) {
      const TurnRows rows = changed_turns(changes, dialect, run);
      fill(clear_summary(rows.ranges, dialect), rows);
    }
  }
  change({"DELETE FROM " + change_table(dialect), {}});
}

}  // namespace relayburn
