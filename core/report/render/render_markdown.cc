#include "core/base/terminal_text.h"
#include "core/report/render/render.h"
#include "core/report/render/render_budget.h"
#include "core/report/render/report_words.h"

namespace relayburn {
namespace {

// No printable text is markup after that, neither of Markdown nor of the HTML it may hold.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      if (std::string_view("\\`*_[]|~$").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

// Names and headings come first; what figures are made of needs no escape.
std::vector<std::string> escaped_first(std::vector<std::string> cells, size_t count) {
  for (size_t i = 0; i < count; ++i) cells[i] = escaped(cells[i]);
  return cells;
}

std::string markdown_table(const ReportTable& table, const UsageReport& report) {
  const size_t count = table.dimensions.size();
  const std::vector<std::string> headings = table_headings(table, report);
  std::string text = line(escaped_first(headings, count));
  std::vector<std::string> alignment(count, "---");
  alignment.resize(headings.size(), "---:");
  text += line(alignment);
  for (const ReportRow& row : table.rows)
    text += line(escaped_first(row_cells(row, table.dimensions), count));
  std::vector<std::string> total = total_cells(report, count);
  for (std::string& cell : total)
    if (!cell.empty()) cell = "**" + cell + "**";
  return text + line(total);
}

}  // namespace

std::string render_markdown(const UsageReport& report) {
  std::string text = escaped(report_title(report)) + "\n";
  if (is_empty(report)) return text + "\nNo turns.\n";
  for (const ReportTable& table : report.tables) text += "\n" + markdown_table(table, report);
  for (const std::string& note : footnotes(report)) text += "\n" + escaped(note) + "\n";
  if (report.budget) text += "\n" + escaped(render_budget_text(*report.budget));
  return text;
}

}  // namespace relayburn
