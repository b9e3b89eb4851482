#include "core/base/json_number.h"

#include "core/base/json_decimal.h"

namespace relayburn {
namespace {

constexpr int64_t kMaxDigits = 13;  // of 2^40

// Parsers hand out tokens with the blanks that follow them.
std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::optional<int64_t> parse_count(std::string_view token) {
  std::string_view rest = trim_blanks(token);
  const auto number = take_json_decimal(rest);
  if (!number || !rest.empty()) return std::nullopt;

  const auto [first, past_last] = number->significant();
  if (first == past_last) return 0;
  if (number->is_negative) return std::nullopt;
  // Decided on the digits alone: a double would round 1099511627776.00000001 to a whole number.
  const int64_t before_point = number->digits_before_point(first);
  const bool is_whole = static_cast<int64_t>(past_last - first) <= before_point;
  if (!is_whole || before_point > kMaxDigits) return std::nullopt;

  int64_t count = 0;
  for (size_t i = first; i < first + static_cast<size_t>(before_point); ++i) {
    count = count * 10 + (i < past_last ? number->digit(i) : 0);
  }
  if (count > kMaxCount) return std::nullopt;
  return count;
}

}  // namespace relayburn
