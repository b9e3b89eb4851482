#pragma once
// One table of a report: collects portions under the names of their rows, then puts the rows in
// order and folds what --top leaves over.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/report/build/figure_sum.h"
#include "core/report/build/report.h"

namespace relayburn {

using RowNames = std::vector<std::optional<std::string>>;

// The period that was asked for, and the one before it.
enum class Period { Asked, Previous };

class PairedSums {
 public:
  FigureSum& of(Period period) { return sums_[static_cast<size_t>(period)]; }
  const FigureSum& of(Period period) const { return sums_[static_cast<size_t>(period)]; }
  void add(const PairedSums& other) {
    for (const Period period : {Period::Asked, Period::Previous}) of(period).add(other.of(period));
  }

 private:
  std::array<FigureSum, 2> sums_;
};

class TableBuilder {
 public:
  explicit TableBuilder(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {}

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  PairedSums& row(const RowNames& names) { return rows_[names]; }

  ReportTable build(const ReportQuery& query) const;

 private:
  int compare_times(const ReportRow& a, const ReportRow& b) const;
  int compare(const ReportRow& a, const ReportRow& b, std::optional<SortBy> sort) const;
  // Whether --top would rather keep `a`, and whether `a` stands above `b`.
  bool goes_before(const ReportRow& a, const ReportRow& b, std::optional<SortBy> sort) const;
  bool comes_before(const ReportRow& a, const ReportRow& b, std::optional<SortBy> sort) const;

  std::vector<Dimension> dimensions_;
  std::map<RowNames, PairedSums> rows_;
};

}  // namespace relayburn
