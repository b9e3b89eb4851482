#include <array>

#include "core/base/terminal_text.h"
#include "core/report/build/usage_fields.h"
#include "core/report/render/render.h"

namespace relayburn {
namespace {

// Tabs and line breaks may stand in quotes; other control characters may not, nor on a terminal.
std::string without_controls(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t kept = text.find_first_of("\t\r\n");
    out += printable(text.substr(0, kept));
    if (kept == std::string_view::npos) break;
    out += text[kept];
    text.remove_prefix(kept + 1);
  }
  return out;
}

// The last four are the full-width forms, which some spreadsheets take for the same.
bool looks_like_formula(std::string_view text) {
  constexpr std::array<std::string_view, 11> kStarts = {
      "=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  for (const std::string_view start : kStarts)
    if (text.substr(0, start.size()) == start) return true;
  return false;
}

std::string name_cell(const std::string& name) {
  std::string text = without_controls(name);
  if (looks_like_formula(text)) text.insert(0, "'");
  // An empty name is not an absent one; a semicolon separates cells where a comma is in numbers.
  if (!text.empty() && text.find_first_of(",;\"\t\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

void append_names(std::string& line, const ReportRow& row, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) line += ',';
    if (!row.is_other && row.names[i]) line += name_cell(*row.names[i]);
  }
}

void append_figures(std::string& line, const Figures& figures) {
  const GroupSums& sums = figures.sums;
  line += ',' + std::to_string(sums.turns) + ',' + std::to_string(figures.sessions);
  for (const UsageField& field : kUsageFields) line += ',' + std::to_string(sums.*field.count);
  line += ',';
  if (figures.cost) line += format_usd(*figures.cost);
  line += ',' + std::to_string(figures.unpriced_turns);
  line += ',' + std::to_string(sums.lower_bound_turns);
}

std::string figure_headings(bool is_previous) {
  std::vector<std::string> names = {"turns", "sessions"};
  for (const UsageField& field : kUsageFields) names.emplace_back(field.name);
  names.insert(names.end(), {"costUsd", "unpricedTurns", "outputIsLowerBoundTurns"});
  std::string text;
  for (std::string own : names) {
    if (is_previous)
      own = "previous" + std::string(1, static_cast<char>(own[0] - 'a' + 'A')) + own.substr(1);
    text += own + ',';
  }
  return text;
}

std::string csv_line(const ReportRow& row, size_t count) {
  std::string line;
  append_names(line, row, count);
  append_figures(line, row.figures);
  if (row.previous) append_figures(line, *row.previous);
  return line + (row.is_other ? ",true\r\n" : ",false\r\n");
}

}  // namespace

std::string render_csv(const UsageReport& report) {
  std::string text;
  for (const ReportTable& table : report.tables) {
    for (const Dimension& dimension : table.dimensions) text += name_cell(dimension.name) + ',';
    text += figure_headings(false);
    if (report.query.previous) text += figure_headings(true);
    text += "other\r\n";
    for (const ReportRow& row : table.rows) text += csv_line(row, table.dimensions.size());
  }
  return text;
}

}  // namespace relayburn
