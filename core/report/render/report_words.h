#pragma once
// What people read of a report, whatever it is rendered to: printable, but not yet escaped for the
// format.

#include <string>
#include <vector>

#include "core/report/build/report.h"

namespace relayburn {

// "from 2026-11-01 to 2026-11-30", "from the beginning to now"; where the query compares, with
// ", beside that from 2026-10-01 to 2026-10-31".
std::string period_text(const UsageReport& report);

// "list prices of 2026-11-19, what the ledger learned since, and those of prices.json"
std::string list_prices_text(const std::string& snapshot, const PriceSource& source,
                             bool has_overrides);
// "Usage from … to … (days in …, list prices of …)".
std::string report_title(const UsageReport& report);

// "$1.23"; "≥ $1.23" where some turns have no price, "no price" where none has.
std::string cost_text(const Figures& figures);

// One for each dimension: "(no branch)" and the like where a name is absent, "(12 others)" for the
// fold.
std::string fold_name(int64_t rows);
std::vector<std::string> row_names(const ReportRow& row, const std::vector<Dimension>& dimensions);
// Turns, sessions, input, output, cache reads, cache writes, cost.
std::vector<std::string> figure_cells(const Figures& figures);

// The lines of a table: names, then figures, then, where the query compares, those before.
std::vector<std::string> table_headings(const ReportTable& table, const UsageReport& report);
std::vector<std::string> row_cells(const ReportRow& row, const std::vector<Dimension>& dimensions);
std::vector<std::string> total_cells(const UsageReport& report, size_t count);

// Nothing happened, also not in the period that it is compared with.
bool is_empty(const UsageReport& report);

// What the query filters by, each as the flag that says so.
struct NamedFilter {
  const char* name;
  std::vector<std::string> values;
};
std::vector<NamedFilter> named_filters(const ReportFilters& filters);
// "only source codex, tag team=red or team=blue", for people; empty where there are none.
std::string filters_text(const ReportFilters& filters);

// Sentences about what the figures leave out, without newlines.
std::vector<std::string> footnotes(const UsageReport& report);

}  // namespace relayburn
