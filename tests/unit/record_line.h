#pragma once

#include <span>
#include <string>

#include "core/records/record_json.h"

namespace relayburn {

// A line of an export, read as a record. What was read borrows nothing from the line.
class RecordLine {
 public:
  explicit RecordLine(std::string line) {
    const size_t size = line.size();
    line.append(kJsonPadding, '\0');
    is_read_ = reader_.read({line.data(), size}, arena_, kind_, cells_);
    std::fill(line.begin(), line.end(), '!');
  }

  bool is_read() const { return is_read_; }
  Kind kind() const { return kind_; }
  std::span<Cell> cells() const { return cells_; }

 private:
  RecordJsonReader reader_;
  Arena arena_;
  bool is_read_ = false;
  Kind kind_{};
  std::span<Cell> cells_;
};

}  // namespace relayburn
