#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace relayburn {

// A JSON number as it is spelt, taken apart without rounding.
struct JsonDecimal {
  std::string_view whole;     // digits before the point, at least one
  std::string_view fraction;  // digits after it
  int64_t exponent = 0;       // saturates far beyond the length of any text
  bool is_negative = false;

  size_t digit_count() const { return whole.size() + fraction.size(); }
  int digit(size_t index) const {
    return (index < whole.size() ? whole[index] : fraction[index - whole.size()]) - '0';
  }
  // The digits from the first to the last that is not 0; empty (first == past_last) for zero.
  struct Span {
    size_t first;
    size_t past_last;
  };
  Span significant() const;
  // How many digits stand before the point once the exponent is applied, counted from digit
  // `first`.
  int64_t digits_before_point(size_t first) const {
    return static_cast<int64_t>(whole.size()) - static_cast<int64_t>(first) + exponent;
  }
};

// Takes a number of the JSON grammar off the start of `text`, as much as there is; nullopt, and
// `text` unspecified, where there is none.
std::optional<JsonDecimal> take_json_decimal(std::string_view& text);

}  // namespace relayburn
