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
  static Cell integer(int64_t value) { return {nullptr, value, Type::Integer}; }
  static Cell text(std::string_view value) {
    return {value.data(), static_cast<int64_t>(value.size()), Type::Text};
  }

  bool is_null() const { return type_ == Type::Null; }
  bool is_text() const { return type_ == Type::Text; }
  // 0 and empty where the cell is null.
  int64_t integer() const { return type_ == Type::Integer ? value_ : 0; }
  std::string_view text() const {
    return type_ == Type::Text ? std::string_view(data_, static_cast<size_t>(value_))
                               : std::string_view();
  }
  Key key() const { return text().size() == 16 ? Key::of_bytes(text()) : Key(); }

  friend bool operator==(const Cell& a, const Cell& b) {
    return a.type_ == b.type_ && (a.is_text() ? a.text() == b.text() : a.value_ == b.value_);
  }

 private:
  enum class Type : uint8_t { Null, Integer, Text };
  Cell(const char* data, int64_t value, Type type) : data_(data), value_(value), type_(type) {}

  const char* data_ = nullptr;
  int64_t value_ = 0;
  Type type_ = Type::Null;
};

using Row = std::span<const Cell>;

}  // namespace relayburn
