#include "core/billing/report_csv.h"

#include <algorithm>

namespace relayburn {
namespace {

struct CsvCell {
  std::string text;
  size_t offset = 0;
};

class CsvReader {
 public:
  explicit CsvReader(const ReportText& report) : report_(report), text_(report.text) {}

  // False at the end. A blank line has one empty cell.
  bool next(std::vector<CsvCell>& cells) {
    cells.clear();
    if (at_ == text_.size()) return false;
    row_ = at_;
    do cells.push_back(cell());
    while (take(','));
    take('\r');
    if (!take('\n') && at_ < text_.size())
      report_.fail(at_, "expected a comma or the end of the line after a cell");
    return true;
  }

  size_t row_offset() const { return row_; }

 private:
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  CsvCell cell() {
    CsvCell cell{"", at_};
    if (take('"')) {
      cell.text = quoted();
    } else {
      const size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      cell.text = text_.substr(at_, end - at_);
      at_ = end;
    }
    return cell;
  }

  std::string quoted() {
    const size_t begin = at_;
    std::string text;
    while (true) {
      const size_t end = text_.find('"', at_);
      if (end == std::string_view::npos)
        report_.fail(begin, "not valid CSV: nothing closes this quote");
      text += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (!take('"')) return text;
      text += '"';
    }
  }

  const ReportText& report_;
  std::string_view text_;
  size_t at_ = 0;
  size_t row_ = 0;
};

bool is_blank(const std::vector<CsvCell>& cells) {
  return cells.size() == 1 && cells.front().text.empty();
}

}  // namespace

void read_csv_report(const ReportText& report, const CsvHeaderSink& header,
                     const CsvRowSink& row_sink) {
  CsvReader reader(report);
  std::vector<CsvCell> cells;
  std::vector<std::string> columns;
  while (columns.empty() && reader.next(cells))
    if (!is_blank(cells))
      for (const CsvCell& cell : cells) columns.push_back(cell.text);
  header(columns);
  while (reader.next(cells)) {
    if (is_blank(cells)) continue;
    if (cells.size() != columns.size())
      report.fail(reader.row_offset(), "expected " + std::to_string(columns.size()) +
                                           " cells, as in the header, got " +
                                           std::to_string(cells.size()));
    ReportFields row(report, "", reader.row_offset());
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto type = cells[i].text.empty() ? ReportFields::Type::Null : ReportFields::Type::Cell;
      row.set(columns[i], {type, cells[i].text, cells[i].offset});
    }
    row_sink(row);
  }
}

}  // namespace relayburn
