#include "core/billing/amount.h"

#include "core/base/json_decimal.h"

namespace relayburn {
namespace {

constexpr int64_t kMaxDollarDigits = 12;
constexpr int64_t kCentDecimals = 2;

// Whether the digits after the first `kept` significant ones round the amount up.
bool rounds_up(const JsonDecimal& number, JsonDecimal::Span digits, int64_t kept, bool is_odd) {
  const auto count = static_cast<int64_t>(digits.past_last - digits.first);
  if (kept < 0 || kept >= count) return false;
  const int next = number.digit(digits.first + static_cast<size_t>(kept));
  if (next != 5) return next > 5;
  // The last significant digit is not 0, so anything after the 5 is more than half.
  return kept + 1 < count || is_odd;
}

}  // namespace

std::optional<Picodollars> parse_amount(std::string_view text, AmountUnit unit) {
  const auto number = take_json_decimal(text);
  if (!number || !text.empty()) return std::nullopt;
  const JsonDecimal::Span digits = number->significant();
  if (digits.first == digits.past_last) return Picodollars{};
  const int64_t decimals = kUsdDecimals - (unit == AmountUnit::Cents ? kCentDecimals : 0);
  const int64_t kept = number->digits_before_point(digits.first) + decimals;
  if (kept > kMaxDollarDigits + kUsdDecimals) return std::nullopt;
  Picodollars::Wide amount = 0;
  for (int64_t i = 0; i < kept; ++i) {
    const size_t index = digits.first + static_cast<size_t>(i);
    amount = amount * 10 + (index < digits.past_last ? number->digit(index) : 0);
  }
  if (rounds_up(*number, digits, kept, amount % 2 != 0)) ++amount;
  return Picodollars{number->is_negative ? -amount : amount};
}

}  // namespace relayburn
