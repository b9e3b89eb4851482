#include "core/base/json_decimal.h"

namespace relayburn {
namespace {

constexpr int64_t kMaxExponent = int64_t{1} << 60;

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_digits(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

// The exponent after 'e'.
std::optional<int64_t> take_exponent(std::string_view& text) {
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  const std::string_view digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  int64_t exponent = 0;
  for (const char c : digits) {
    if (exponent < kMaxExponent / 10) exponent = exponent * 10 + (c - '0');
  }
  return is_negative ? -exponent : exponent;
}

}  // namespace

JsonDecimal::Span JsonDecimal::significant() const {
  size_t first = 0;
  size_t past_last = digit_count();
  while (past_last > 0 && digit(past_last - 1) == 0) --past_last;
  while (first < past_last && digit(first) == 0) ++first;
  return {first, past_last};
}

std::optional<JsonDecimal> take_json_decimal(std::string_view& text) {
  JsonDecimal number;
  number.is_negative = take(text, '-');
  number.whole = take_digits(text);
  if (number.whole.empty()) return std::nullopt;
  if (number.whole.front() == '0' && number.whole.size() > 1) return std::nullopt;
  if (take(text, '.')) {
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return std::nullopt;
  }
  if (take(text, 'e') || take(text, 'E')) {
    const auto exponent = take_exponent(text);
    if (!exponent) return std::nullopt;
    number.exponent = *exponent;
  }
  return number;
}

}  // namespace relayburn
