#pragma once
// One value of one column of one record, as it crosses the seam. A cell owns nothing: text and keys
// live in a Batch's arena, or for the length of a sink's call.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/instant.h"
#include "core/base/key.h"

namespace relayburn {

class Cell {
 public:
  Cell() = default;  // null
  static Cell integer(int64_t value) {
    Cell cell;
    cell.type_ = Type::Integer;
    cell.integer_ = value;
    return cell;
  }
  static Cell text(std::string_view value) {
    Cell cell;
    cell.type_ = Type::Text;
    cell.data_ = value.data();
    cell.size_ = value.size() & kMaxSize;  // no text is longer
    return cell;
  }

  bool is_null() const { return type_ == Type::Null; }
  bool is_text() const { return type_ == Type::Text; }
  // 0 and empty where the cell is null.
  int64_t integer() const { return type_ == Type::Integer ? integer_ : 0; }
  std::string_view text() const {
    return is_text() ? std::string_view(data_, size_) : std::string_view();
  }
  Key key() const { return text().size() == 16 ? Key::of_bytes(text()) : Key(); }

  friend bool operator==(const Cell& a, const Cell& b) {
    if (a.type_ != b.type_) return false;
    return a.is_text() ? a.text() == b.text() : a.integer() == b.integer();
  }

 private:
  enum class Type : uint64_t { Null, Integer, Text };
  static constexpr uint64_t kMaxSize = (uint64_t{1} << 56) - 1;

  union {
    int64_t integer_ = 0;
    const char* data_;
  };
  Type type_ : 8 = Type::Null;
  uint64_t size_ : 56 = 0;  // of a text
};
static_assert(sizeof(Cell) == 16);  // a batch holds very many

using Row = std::span<const Cell>;

}  // namespace relayburn
