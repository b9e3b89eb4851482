#include "core/report/table_builder.h"

#include <algorithm>

namespace relayburn {
namespace {

using Name = std::optional<std::string>;
using RowAndSum = std::pair<ReportRow, const PairedSums*>;

ReportRow make_row(RowNames names, bool is_other, const PairedSums& sums, bool compares) {
  ReportRow row{std::move(names), is_other, sums.of(Period::Asked).figures(), std::nullopt};
  if (compares) row.previous = sums.of(Period::Previous).figures();
  return row;
}

PairedSums sum_from(const std::vector<RowAndSum>& rows, size_t first) {
  PairedSums rest;
  for (size_t i = first; i < rows.size(); ++i) rest.add(*rows[i].second);
  return rest;
}

bool is_null_row(const ReportRow& row) {
  return std::none_of(row.names.begin(), row.names.end(),
                      [](const Name& name) { return name.has_value(); });
}

// Absent names come after all others.
int compare_names(const Name& a, const Name& b) {
  if (a.has_value() != b.has_value()) return a ? -1 : 1;
  return a ? a->compare(*b) : 0;
}

// Hours carry their offset: in autumn 02+02:00 comes before 02+01:00.
int compare_hours(const Name& a, const Name& b) {
  if (!a || !b) return compare_names(a, b);
  const auto instant = [](std::string hour) { return parse_instant(hour.insert(13, ":00")); };
  const auto order = instant(*a) <=> instant(*b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int compare_time_names(const Dimension& dimension, const Name& a, const Name& b) {
  if (!dimension.is_time()) return 0;
  return dimension.kind == Dimension::Kind::Hour ? compare_hours(a, b) : compare_names(a, b);
}

int compare_figures(const Figures& a, const Figures& b, SortBy sort) {
  const auto descending = [](const auto& x, const auto& y) { return x > y ? -1 : x < y ? 1 : 0; };
  switch (sort) {
    case SortBy::Turns:
      return descending(a.sums.turns, b.sums.turns);
    case SortBy::Tokens:
      return descending(a.tokens(), b.tokens());
    case SortBy::Cost:
      return descending(a.cost, b.cost);  // nullopt is less than any cost
    case SortBy::Name:
      return 0;
  }
  return 0;
}

}  // namespace

ReportTable TableBuilder::build(const ReportQuery& query) const {
  const bool compares = query.compares_previous;
  std::vector<RowAndSum> rows;
  for (const auto& [names, sums] : rows_)
    rows.emplace_back(make_row(names, false, sums, compares), &sums);
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return comes_before(a.first, b.first, query.sort);
  });
  ReportTable table{dimensions_, {}};
  const size_t shown = query.top ? std::min(*query.top, rows.size()) : rows.size();
  for (size_t i = 0; i < shown; ++i) table.rows.push_back(std::move(rows[i].first));
  if (shown < rows.size())
    table.rows.push_back(make_row({}, true, sum_from(rows, shown), compares));
  return table;
}

int TableBuilder::compare_times(const ReportRow& a, const ReportRow& b) const {
  for (size_t i = 0; i < dimensions_.size(); ++i)
    if (const int order = compare_time_names(dimensions_[i], a.names[i], b.names[i])) return order;
  return 0;
}

bool TableBuilder::comes_before(const ReportRow& a, const ReportRow& b, SortBy sort) const {
  if (is_null_row(a) != is_null_row(b)) return is_null_row(b);
  if (const int order = compare_times(a, b)) return order < 0;
  if (const int order = compare_figures(a.figures, b.figures, sort)) return order < 0;
  for (size_t i = 0; i < dimensions_.size(); ++i)
    if (const int order = compare_names(a.names[i], b.names[i])) return order < 0;
  return false;
}

}  // namespace relayburn
