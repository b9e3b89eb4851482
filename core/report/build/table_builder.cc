#include "core/report/build/table_builder.h"

#include <algorithm>
#include <iterator>

namespace relayburn {
namespace {

using Name = std::optional<std::string>;
using RowAndSum = std::pair<ReportRow, const PairedSums*>;

ReportRow make_row(RowNames names, const PairedSums& sums, bool compares) {
  ReportRow row;
  row.names = std::move(names);
  row.figures = sums.of(Period::Asked).figures();
  if (compares) row.previous = sums.of(Period::Previous).figures();
  return row;
}

ReportRow fold(const std::vector<RowAndSum>& rows, bool compares) {
  PairedSums sum;
  for (const RowAndSum& row : rows) sum.add(*row.second);
  ReportRow other = make_row({}, sum, compares);
  other.is_other = true;
  other.folded = static_cast<int64_t>(rows.size());
  return other;
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
  const bool compares = query.previous.has_value();
  std::vector<RowAndSum> rows;
  for (const auto& [names, sums] : rows_) rows.emplace_back(make_row(names, sums, compares), &sums);
  std::vector<RowAndSum> folded;
  if (query.top && *query.top < rows.size()) {
    // Whatever --top keeps, it is not beaten by what it folds: the row without a name takes part.
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(*query.top);
    std::nth_element(rows.begin(), first, rows.end(), [&](const auto& a, const auto& b) {
      return goes_before(a.first, b.first, query.sort);
    });
    folded.assign(std::make_move_iterator(first), std::make_move_iterator(rows.end()));
    rows.erase(first, rows.end());
  }
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return comes_before(a.first, b.first, query.sort);
  });
  ReportTable table{dimensions_, {}};
  for (RowAndSum& row : rows) table.rows.push_back(std::move(row.first));
  if (!folded.empty()) table.rows.push_back(fold(folded, compares));
  return table;
}

// Keeps the latest of times, unless another order was asked for.
bool TableBuilder::goes_before(const ReportRow& a, const ReportRow& b,
                               std::optional<SortBy> sort) const {
  const auto time = std::find_if(dimensions_.begin(), dimensions_.end(),
                                 [](const Dimension& each) { return each.is_time(); });
  if (!sort && time != dimensions_.end()) {
    const auto index = static_cast<size_t>(time - dimensions_.begin());
    if (a.names[index].has_value() != b.names[index].has_value()) return a.names[index].has_value();
    if (const int order = compare_times(a, b)) return order > 0;
  }
  return compare(a, b, sort) < 0;
}

int TableBuilder::compare_times(const ReportRow& a, const ReportRow& b) const {
  for (size_t i = 0; i < dimensions_.size(); ++i)
    if (const int order = compare_time_names(dimensions_[i], a.names[i], b.names[i])) return order;
  return 0;
}

int TableBuilder::compare(const ReportRow& a, const ReportRow& b,
                          std::optional<SortBy> sort) const {
  if (!sort || *sort == SortBy::Name)
    if (const int order = compare_times(a, b)) return order;
  if (const int order = compare_figures(a.figures, b.figures, sort.value_or(SortBy::Cost)))
    return order;
  if (const int order = compare_times(a, b)) return order;
  for (size_t i = 0; i < dimensions_.size(); ++i)
    if (const int order = compare_names(a.names[i], b.names[i])) return order;
  return 0;
}

bool TableBuilder::comes_before(const ReportRow& a, const ReportRow& b,
                                std::optional<SortBy> sort) const {
  if (is_null_row(a) != is_null_row(b)) return is_null_row(b);
  return compare(a, b, sort) < 0;
}

}  // namespace relayburn
