#pragma once
// What a report looks like: text in each of the formats that people and scripts ask for.

#include <optional>
#include <string>
#include <vector>

#include "core/report/build/report.h"

namespace relayburn {

// One JSON document as apps/README.md has it, with a newline.
std::string render_json(const UsageReport& report);

// Aligned tables for people. Names are shortened where a line would be wider than `width`.
std::string render_text(const UsageReport& report, std::optional<size_t> width = std::nullopt);

// What a terminal can show, and how much of it is wanted.
struct TerminalStyle {
  size_t width = 80;
  size_t height = 0;  // 0 is unknown
  bool has_colour = false;
  std::optional<size_t> top;  // rows of a section
};
// What was spent lately and on what, on one screen: totals, a chart of the days, and the first
// rows of each further table with their shares. The first table of the report is by day, the
// others by one dimension each.
std::string render_overview(const UsageReport& report, const std::vector<std::string>& days,
                            const TerminalStyle& style);

// The report's one table as RFC 4180 has it: a header, then a line for each row, in the order and
// with the names of JSON. Absent names and costs are empty. What a spreadsheet would take for a
// formula gets an apostrophe before it.
std::string render_csv(const UsageReport& report);

// The tables as GitHub renders them.
std::string render_markdown(const UsageReport& report);

// One page that needs nothing else: no network, no file. The first tables of the report are
// html_tables(), those that follow are shown as tables that can be sorted; `days` are charted.
std::string render_html(const UsageReport& report, const std::vector<std::string>& days);
// What its charts need, as --by would name it.
std::vector<std::string> html_tables();

// The tables for the textfile collector of Prometheus' node_exporter: a sample for each row and
// figure, labelled with the row's names and with `by`, which tells the tables apart.
std::string render_prometheus(const UsageReport& report);

}  // namespace relayburn
