#include "core/report/render/text_table.h"

#include <algorithm>
#include <numeric>

#include "core/base/terminal_text.h"

namespace relayburn {
namespace {

constexpr size_t kGap = 2;  // between columns

}  // namespace

void TextTable::row(std::vector<std::string> cells) {
  widths_.resize(std::max(widths_.size(), cells.size()));
  for (size_t i = 0; i < cells.size(); ++i)
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
  rows_.push_back(std::move(cells));
}

size_t TextTable::line_width() const {
  const size_t cells = std::accumulate(widths_.begin(), widths_.end(), size_t{0});
  return widths_.empty() ? 0 : cells + kGap * (widths_.size() - 1);
}

void TextTable::narrow(size_t column, size_t width) {
  widths_[column] = width;
  for (auto& cells : rows_)
    if (column < cells.size()) cells[column] = shortened(cells[column], width);
}

void TextTable::fit(size_t width) {
  constexpr size_t kMinWidth = 8;
  if (widths_.size() < left_) return;
  std::vector<size_t> widths = widths_;
  widths.resize(left_);
  for (size_t excess = line_width() - std::min(line_width(), width); excess > 0; --excess) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (widest == widths.end() || *widest <= kMinWidth) break;
    --*widest;
  }
  for (size_t i = 0; i < left_; ++i)
    if (widths[i] < widths_[i]) narrow(i, widths[i]);
}

std::string TextTable::print() const {
  std::string out;
  for (const auto& cells : rows_) out += line(cells) + "\n";
  return out;
}

std::string TextTable::line(const std::vector<std::string>& cells) const {
  std::string text;
  for (size_t i = 0; i < widths_.size(); ++i) {
    if (i > 0) text.append(kGap, ' ');
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
