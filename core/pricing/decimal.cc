#include "core/pricing/decimal.h"

#include <algorithm>
#include <string>

namespace relayburn {
namespace {

// digits × 10^exponent, without zeros at either end of the digits; zero has no digits.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  int64_t exponent = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// 0 where there is no exponent, nullopt where there is half a one. Saturates: such numbers are
// far outside of what is accepted, whatever their digits are.
std::optional<int64_t> take_exponent(std::string_view& text) {
  constexpr int64_t kFarAway = 1'000'000'000'000;
  if (!take(text, 'e') && !take(text, 'E')) return 0;
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  const auto digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  int64_t value = 0;
  for (char digit : digits) value = std::min(value * 10 + (digit - '0'), kFarAway);
  return is_negative ? -value : value;
}

void drop_outer_zeros(Decimal& decimal) {
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    decimal.exponent += 1;
  }
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
}

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal decimal;
  decimal.is_negative = take(text, '-');
  const auto whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  std::string_view fraction;
  if (take(text, '.')) {
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;
  decimal.digits.append(whole).append(fraction);
  decimal.exponent = *exponent - static_cast<int64_t>(fraction.size());
  drop_outer_zeros(decimal);
  return decimal;
}

}  // namespace

std::optional<int64_t> scaled_decimal(std::string_view token, int power) {
  constexpr int64_t kMaxDigits = 18;
  const auto decimal = read_decimal(token);
  if (!decimal) return std::nullopt;
  if (decimal->digits.empty()) return 0;
  const int64_t zeros = decimal->exponent + power;
  const auto places = static_cast<int64_t>(decimal->digits.size());
  if (decimal->is_negative || zeros < 0 || places + zeros > kMaxDigits) return std::nullopt;
  int64_t value = 0;
  for (char digit : decimal->digits) value = value * 10 + (digit - '0');
  for (int64_t i = 0; i < zeros; ++i) value *= 10;
  return value;
}

int64_t power_of_ten(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace relayburn
