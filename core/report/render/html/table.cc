#include "core/report/render/html/table.h"

#include "core/report/render/html/markup.h"
#include "core/report/render/report_words.h"
#include "core/report/render/scale.h"

namespace relayburn {
namespace {

struct KeyedCell {
  std::string text, key;  // the key is what it is sorted by; empty where something is missing
};

std::vector<KeyedCell> figure_cells_with_keys(const Figures& figures) {
  const GroupSums& sums = figures.sums;
  const int64_t written = sums.cache_create_5m + sums.cache_create_1h;
  std::vector<KeyedCell> cells;
  const std::vector<std::string> texts = figure_cells(figures);
  const int64_t keys[] = {sums.turns,  figures.sessions, sums.input,
                          sums.output, sums.cache_read,  written};
  for (size_t i = 0; i < std::size(keys); ++i) cells.push_back({texts[i], std::to_string(keys[i])});
  cells.push_back({percent_text(cache_share(figures)), decimal(cache_share(figures) * 1000)});
  cells.push_back({texts.back(), figures.cost ? format_usd(*figures.cost) : ""});
  return cells;
}

std::string body_row(const ReportRow& row, const std::vector<Dimension>& dimensions) {
  std::string out = "<tr>";
  const std::vector<std::string> names = row_names(row, dimensions);
  for (size_t i = 0; i < names.size(); ++i) {
    const char* tag = i == 0 ? "th" : "td";
    out += std::string("<") + tag + (i == 0 ? " scope=\"row\"" : "") + " class=\"text\"";
    if (!row.is_other && row.names[i]) out += " data-key=\"" + escaped(*row.names[i]) + "\"";
    out += ">" + escaped(names[i]) + "</" + tag + ">";
  }
  for (const KeyedCell& cell : figure_cells_with_keys(row.figures))
    out += "<td" + (cell.key.empty() ? "" : " data-key=\"" + cell.key + "\"") + ">" + cell.text +
           "</td>";
  return out + "</tr>\n";
}

std::string heading(const std::string& text, bool is_text) {
  return std::string("<th scope=\"col\"") + (is_text ? " class=\"text\"" : "") +
         "><button type=\"button\">" + escaped(text) + "</button></th>";
}

}  // namespace

std::string html_table(const ReportTable& table, const Figures& totals) {
  const size_t count = table.dimensions.size();
  std::string out = "<div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\"><thead><tr>";
  for (const Dimension& dimension : table.dimensions) out += heading(dimension.name, true);
  for (const char* text :
       {"turns", "sessions", "input", "output", "cache read", "cache write", "from cache", "cost"})
    out += heading(text, false);
  out += "</tr></thead><tbody>\n";
  for (const ReportRow& row : table.rows) out += body_row(row, table.dimensions);
  out += "</tbody><tfoot><tr><th scope=\"row\" class=\"text\" colspan=\"" + std::to_string(count) +
         "\">total</th>";
  for (const KeyedCell& cell : figure_cells_with_keys(totals)) out += "<td>" + cell.text + "</td>";
  return out + "</tr></tfoot></table></div>\n";
}

}  // namespace relayburn
