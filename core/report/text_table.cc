#include "core/report/text_table.h"

#include <algorithm>

#include "core/base/terminal_text.h"

namespace relayburn {

void TextTable::row(std::vector<std::string> cells) {
  widths_.resize(std::max(widths_.size(), cells.size()));
  for (size_t i = 0; i < cells.size(); ++i)
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
  rows_.push_back(std::move(cells));
}

std::string TextTable::print() const {
  std::string out;
  for (const auto& cells : rows_) out += line(cells) + "\n";
  return out;
}

std::string TextTable::line(const std::vector<std::string>& cells) const {
  std::string text;
  for (size_t i = 0; i < widths_.size(); ++i) {
    if (i > 0) text += "  ";
    if (cells.empty()) {
      for (size_t k = 0; k < widths_[i]; ++k) text += "─";
      continue;
    }
    const std::string cell = i < cells.size() ? cells[i] : std::string();
    const std::string padding(widths_[i] - display_width(cell), ' ');
    text += i < left_ ? cell + padding : padding + cell;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace relayburn
