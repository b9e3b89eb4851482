#include "core/base/terminal_text.h"
#include "core/report/render/comparison.h"
#include "core/report/render/render.h"
#include "core/report/render/report_words.h"
#include "core/report/render/text_table.h"

namespace relayburn {
namespace {

std::string print_table(const ReportTable& table, const UsageReport& report,
                        std::optional<size_t> width) {
  const size_t count = table.dimensions.size();
  TextTable text(count);
  text.row(table_headings(table, report));
  text.rule();
  for (const ReportRow& row : table.rows) text.row(row_cells(row, table.dimensions));
  text.rule();
  text.row(total_cells(report, count));
  if (width) text.fit(*width);
  return text.print();
}

}  // namespace

std::string render_text(const UsageReport& report, std::optional<size_t> width) {
  std::string text = report_title(report) + "\n";
  if (is_empty(report)) return text + "\nNo turns.\n";
  for (const ReportTable& table : report.tables) text += "\n" + print_table(table, report, width);
  const std::vector<std::string> notes = footnotes(report);
  if (!notes.empty()) text += "\n";
  for (const std::string& note : notes) text += note + "\n";
  return text;
}

}  // namespace relayburn
