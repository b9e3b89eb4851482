#include "core/report/render/report_words.h"

#include "core/base/terminal_text.h"
#include "core/report/render/comparison.h"

namespace relayburn {
namespace {

std::string turns_text(int64_t turns) {
  return with_thousands(turns) + (turns == 1 ? " turn" : " turns");
}

std::string unpriced_note(const std::vector<UnpricedModel>& models) {
  std::string note = "no list price for:";
  for (const UnpricedModel& unpriced : models)
    note += (&unpriced == &models.front() ? " " : ", ") +
            (unpriced.model ? printable(*unpriced.model) : "(no model)") + " (" +
            turns_text(unpriced.turns) + ")";
  return note;
}

std::string unpriced_terms_note(const std::vector<UnpricedTerm>& terms) {
  std::string note = "billed at standard rates, because no list has a price for it:";
  for (const UnpricedTerm& unpriced : terms)
    note += (&unpriced == &terms.front() ? " " : ", ") + printable(unpriced.term) + " of " +
            printable(unpriced.model) + " (" + turns_text(unpriced.turns) + ")";
  return note;
}

std::string assumed_note(const std::vector<std::string>& models) {
  std::string note = "rates that prices.json leaves out are assumed (see: relayburn prices):";
  for (const std::string& model : models)
    note += (&model == &models.front() ? " " : ", ") + printable(model);
  return note;
}

void append(std::vector<std::string>& cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

std::string absent_name(const Dimension& dimension) {
  using By = Dimension::Kind;
  if (dimension.kind == By::Agent) return "(main thread)";
  if (dimension.kind == By::Tag) return "(no " + printable(dimension.tag) + ")";
  return dimension.is_time() ? "(no time)" : "(no " + printable(dimension.name) + ")";
}

void append_figures(std::vector<std::string>& cells, const Figures& figures,
                    const std::optional<Figures>& previous) {
  append(cells, figure_cells(figures));
  if (previous) append(cells, comparison_cells(figures, *previous));
}

}  // namespace

std::string period_text(const UsageReport& report) {
  const auto text = [](const PeriodNames& period) {
    return "from " + period.first.value_or("the beginning") + " to " + period.last.value_or("now");
  };
  return text(report.period) +
         (report.query.previous ? ", beside that " + text(report.previous_period) : "");
}

std::string list_prices_text(const std::string& snapshot, const PriceSource& source,
                             bool has_overrides) {
  return "list prices of " + snapshot +
         (source.has_learned ? ", what the ledger learned since" : "") +
         (has_overrides ? ", and those of prices.json" : "");
}

std::string report_title(const UsageReport& report) {
  const std::string only = filters_text(report.query.asked_filters());
  return "Usage " + period_text(report) + (only.empty() ? "" : ", " + only) + " (days in " +
         report.timezone + ", " +
         list_prices_text(report.price_snapshot, report.price_source, report.has_price_overrides) +
         ")";
}

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

std::string fold_name(int64_t rows) {
  return "(" + with_thousands(rows) + (rows == 1 ? " other)" : " others)");
}

std::vector<std::string> row_names(const ReportRow& row, const std::vector<Dimension>& dimensions) {
  std::vector<std::string> names;
  for (size_t i = 0; i < dimensions.size(); ++i) {
    if (row.is_other) {
      names.push_back(i == 0 ? fold_name(row.folded) : "");
    } else {
      names.push_back(row.names[i] ? printable(*row.names[i]) : absent_name(dimensions[i]));
    }
  }
  return names;
}

std::vector<std::string> table_headings(const ReportTable& table, const UsageReport& report) {
  std::vector<std::string> cells;
  for (const Dimension& dimension : table.dimensions) cells.push_back(printable(dimension.name));
  append(cells, {"turns", "sessions", "input", "output", "cache read", "cache write", "cost"});
  if (report.query.previous) append(cells, comparison_headings());
  return cells;
}

std::vector<std::string> row_cells(const ReportRow& row, const std::vector<Dimension>& dimensions) {
  std::vector<std::string> cells = row_names(row, dimensions);
  append_figures(cells, row.figures, row.previous);
  return cells;
}

std::vector<std::string> total_cells(const UsageReport& report, size_t count) {
  std::vector<std::string> cells(count);
  cells[0] = "total";
  append_figures(cells, report.totals, report.previous_totals);
  return cells;
}

bool is_empty(const UsageReport& report) {
  const bool has_previous = report.previous_totals && report.previous_totals->sums.turns > 0;
  return report.totals.sums.turns == 0 && !has_previous;
}

std::vector<NamedFilter> named_filters(const ReportFilters& filters) {
  std::vector<std::string> tags;
  for (const auto& [key, value] : filters.tag) tags.push_back(key + "=" + value);
  const NamedFilter all[] = {
      {"source", filters.source},     {"model", filters.model},     {"provider", filters.provider},
      {"project", filters.project},   {"session", filters.session}, {"host", filters.host},
      {"user", filters.user},         {"branch", filters.branch},   {"agent", filters.agent},
      {"activity", filters.activity}, {"tool", filters.tool},       {"tag", tags}};
  std::vector<NamedFilter> named;
  for (const NamedFilter& filter : all)
    if (!filter.values.empty()) named.push_back(filter);
  return named;
}

std::string filters_text(const ReportFilters& filters) {
  std::string text;
  for (const NamedFilter& filter : named_filters(filters)) {
    std::string values;
    for (const std::string& value : filter.values)
      values += (values.empty() ? "" : " or ") + printable(value);
    text += (text.empty() ? "only " : ", ") + std::string(filter.name) + " " + values;
  }
  return text;
}

std::vector<std::string> footnotes(const UsageReport& report) {
  std::vector<std::string> notes;
  if (!report.unpriced_models.empty()) notes.push_back(unpriced_note(report.unpriced_models));
  if (!report.unpriced_terms.empty()) notes.push_back(unpriced_terms_note(report.unpriced_terms));
  if (!report.assumed_overrides.empty()) notes.push_back(assumed_note(report.assumed_overrides));
  if (report.totals.sums.lower_bound_turns > 0)
    notes.push_back(turns_text(report.totals.sums.lower_bound_turns) +
                    ": the log holds only a placeholder for the output, which is a lower bound");
  return notes;
}

}  // namespace relayburn
