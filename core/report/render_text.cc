#include "core/base/terminal_text.h"
#include "core/report/comparison.h"
#include "core/report/report.h"
#include "core/report/text_table.h"

namespace relayburn {
namespace {

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

void append(std::vector<std::string>& cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

void add_row(TextTable& table, std::vector<std::string> names, const Figures& figures,
             const std::optional<Figures>& previous) {
  append(names, figure_cells(figures));
  if (previous) append(names, comparison_cells(figures, *previous));
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

std::string print_table(const ReportTable& table, const UsageReport& report) {
  const size_t count = table.dimensions.size();
  TextTable text(count);
  std::vector<std::string> heading;
  for (const Dimension& dimension : table.dimensions) heading.push_back(printable(dimension.name));
  append(heading, {"turns", "sessions", "input", "output", "cache read", "cache write", "cost"});
  if (report.query.compares_previous) append(heading, comparison_headings());
  text.row(std::move(heading));
  text.rule();
  for (const ReportRow& row : table.rows)
    add_row(text, row_names(row, count), row.figures, row.previous);
  text.rule();
  std::vector<std::string> total(count);
  total[0] = "total";
  add_row(text, total, report.totals, report.previous_totals);
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
  const bool has_previous = report.previous_totals && report.previous_totals->sums.turns > 0;
  if (report.totals.sums.turns == 0 && !has_previous) return text + "\nNo turns.\n";
  for (const ReportTable& table : report.tables) text += "\n" + print_table(table, report);
  const std::string notes = footnotes(report);
  return notes.empty() ? text : text + "\n" + notes;
}

}  // namespace relayburn
