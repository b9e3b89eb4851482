#pragma once

#include <string>
#include <vector>

namespace relayburn {

// Columns of text: the first `left` ones begin at the left edge, the others end at the right one.
class TextTable {
 public:
  explicit TextTable(size_t left) : left_(left) {}

  void row(std::vector<std::string> cells);
  void rule() { rows_.emplace_back(); }

  // Shortens the widest of the left columns until a line has no more than `width` columns, or none
  // of them has more than a few.
  void fit(size_t width);

  std::string print() const;

 private:
  size_t line_width() const;
  void narrow(size_t column, size_t width);
  std::string line(const std::vector<std::string>& cells) const;

  size_t left_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace relayburn
