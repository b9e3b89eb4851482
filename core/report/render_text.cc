#include <algorithm>

#include "core/base/terminal_text.h"
#include "core/report/report.h"

namespace relayburn {
namespace {

// Columns of text: the first `left` ones begin at the left edge, the others end at the right one.
class TextTable {
 public:
  explicit TextTable(size_t left) : left_(left) {}

  void row(std::vector<std::string> cells) {
    widths_.resize(std::max(widths_.size(), cells.size()));
    for (size_t i = 0; i < cells.size(); ++i)
      widths_[i] = std::max(widths_[i], display_width(cells[i]));
    rows_.push_back(std::move(cells));
  }
  void rule() { rows_.emplace_back(); }

  std::string print() const {
    std::string out;
    for (const auto& cells : rows_) out += line(cells) + "\n";
    return out;
  }

 private:
  std::string line(const std::vector<std::string>& cells) const {
    std::string text;
    for (size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) text += "  ";
      if (cells.empty()) {
        for (size_t k = 0; k < widths_[i]; ++k) text += "─";
        continue;
      }
      const std::string padding(widths_[i] - display_width(cells[i]), ' ');
      text += i < left_ ? cells[i] + padding : padding + cells[i];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

  size_t left_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

std::string cost_text(const Figures& figures) {
  if (!figures.cost) return "no price";
  return (figures.unpriced_turns > 0 ? "≥ $" : "$") + format_usd_cents(*figures.cost);
}

std::vector<std::string> figure_cells(const Figures& figures) {
  const GroupSums& sums = figures.sums;
  return {with_thousands(sums.turns),
          with_thousands(figures.sessions),
          with_thousands(sums.input),
          with_thousands(sums.output),
          with_thousands(sums.cache_read),
          with_thousands(sums.cache_create_5m + sums.cache_create_1h),
          cost_text(figures)};
}

void add_row(TextTable& table, std::vector<std::string> names, std::vector<std::string> figures) {
  names.insert(names.end(), figures.begin(), figures.end());
  table.row(std::move(names));
}

std::vector<std::string> row_names(const ReportRow& row, size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) {
    if (row.is_other) {
      names.emplace_back(i == 0 ? "(others)" : "");
    } else {
      names.push_back(row.names[i] ? printable(*row.names[i]) : "-");
    }
  }
  return names;
}

std::string print_table(const ReportTable& table, const Figures& totals) {
  const size_t count = table.dimensions.size();
  TextTable text(count);
  std::vector<std::string> names;
  for (const Dimension& dimension : table.dimensions) names.push_back(printable(dimension.name));
  add_row(text, names,
          {"turns", "sessions", "input", "output", "cache read", "cache write", "cost"});
  text.rule();
  for (const ReportRow& row : table.rows)
    add_row(text, row_names(row, count), figure_cells(row.figures));
  text.rule();
  std::vector<std::string> total(count);
  total[0] = "total";
  add_row(text, total, figure_cells(totals));
  return text.print();
}

std::string period(const UsageReport& report) {
  const auto bound = [](const std::optional<Instant>& instant, const char* none) {
    return instant ? format_instant(*instant) : std::string(none);
  };
  return bound(report.query.since, "the beginning") + " to " + bound(report.query.until, "now");
}

std::string footnotes(const UsageReport& report) {
  std::string notes;
  if (!report.unpriced_models.empty()) {
    notes += "no list price for:";
    for (const UnpricedModel& unpriced : report.unpriced_models)
      notes += " " + (unpriced.model ? printable(*unpriced.model) : "(no model)") + " (" +
               with_thousands(unpriced.turns) + " turns)";
    notes += "\n";
  }
  if (report.totals.sums.lower_bound_turns > 0)
    notes += with_thousands(report.totals.sums.lower_bound_turns) +
             " turns: the log holds only a placeholder for the output, which is a lower bound\n";
  return notes;
}

}  // namespace

std::string render_text(const UsageReport& report) {
  std::string text = "Usage from " + period(report) + " (days in " + report.timezone +
                     ", list prices of " + report.price_snapshot + ")\n";
  if (report.totals.sums.turns == 0) return text + "\nNo turns.\n";
  for (const ReportTable& table : report.tables) text += "\n" + print_table(table, report.totals);
  const std::string notes = footnotes(report);
  return notes.empty() ? text : text + "\n" + notes;
}

}  // namespace relayburn
