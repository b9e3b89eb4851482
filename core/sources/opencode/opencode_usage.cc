#include "core/sources/opencode/opencode_usage.h"

#include <algorithm>

#include "core/base/json_decimal.h"

namespace relayburn {
namespace {

TokenCounts counts_of(const OpencodeUsage& usage, RecordWriter& out) {
  TokenCounts counts;
  counts.input = out.count(view(usage.input), "tokens.input");
  counts.output = out.count(view(usage.output), "tokens.output");
  counts.reasoning = out.count(view(usage.reasoning), "tokens.reasoning");
  counts.cache_read = out.count(view(usage.cache_read), "tokens.cache.read");
  counts.cache_create_5m = out.count(view(usage.cache_write), "tokens.cache.write");
  // Since the end of 2025 reasoning stands beside the output, before it stood in it. No message
  // says which; a total can tell.
  const std::optional<int64_t> total =
      usage.total ? std::optional(out.count(view(usage.total), "tokens.total")) : std::nullopt;
  const int64_t without_reasoning =
      counts.input + counts.output + counts.cache_read + counts.cache_create_5m;
  if (total != without_reasoning) counts.output += counts.reasoning;
  return counts;
}

int64_t context_of(const TokenCounts& counts) {
  return counts.input + counts.cache_read + counts.cache_create_5m;
}

// A number without a sign, as digits before and behind its point; nullopt where it is none, or
// where it is too long to be money.
struct Money {
  std::string whole, fraction;
};
std::optional<Money> money_of(std::string_view token) {
  constexpr size_t most_digits = 40;
  const auto number = take_json_decimal(token);
  if (!number || !token.empty()) return std::nullopt;
  const auto [first, past_last] = number->significant();
  if (first == past_last) return Money{"0", ""};
  const int64_t before_point = number->digits_before_point(first);
  const auto digits = static_cast<int64_t>(past_last - first);
  constexpr int64_t most = most_digits;
  if (number->is_negative || before_point > most || digits > most || digits - before_point > most)
    return std::nullopt;
  Money money;
  for (int64_t i = std::min<int64_t>(0, before_point); i < std::max(digits, before_point); ++i) {
    const bool is_stated = i >= 0 && i < digits;
    const int digit = is_stated ? number->digit(first + static_cast<size_t>(i)) : 0;
    (i < before_point ? money.whole : money.fraction) += static_cast<char>('0' + digit);
  }
  if (money.whole.empty()) money.whole = "0";
  return money;
}

std::string sum(const Money& a, const Money& b) {
  const size_t places = std::max(a.fraction.size(), b.fraction.size());
  const size_t wholes = std::max(a.whole.size(), b.whole.size());
  const auto aligned = [&](const Money& money) {
    return std::string(wholes - money.whole.size(), '0') + money.whole + money.fraction +
           std::string(places - money.fraction.size(), '0');
  };
  std::string digits = aligned(a);
  const std::string others = aligned(b);
  int carry = 0;
  for (size_t i = digits.size(); i-- > 0;) {
    const int digit = digits[i] - '0' + others[i] - '0' + carry;
    digits[i] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  if (carry > 0) digits.insert(digits.begin(), '1');
  const size_t point = digits.size() - places;
  std::string fraction = digits.substr(point);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return digits.substr(0, point) + (fraction.empty() ? "" : "." + fraction);
}

OwnText plain(const OwnText& token) { return token && money_of(*token) ? token : std::nullopt; }

}  // namespace

OpencodeTokens tokens_of(const OpencodeMessage& message, RecordWriter& out) {
  OpencodeTokens tokens;
  int64_t steps = 0;
  int64_t greatest = 0;
  for (const OpencodeStep& step : message.steps) {
    if (!step.usage.is_present) continue;
    const TokenCounts counts = counts_of(step.usage, out);
    tokens.counts += counts;
    greatest = std::max(greatest, context_of(counts));
    ++steps;
  }
  tokens.states_parts = steps > 0 || message.usage.total;
  if (steps == 0) tokens.counts = counts_of(message.usage, out);
  if (steps > 1) tokens.context_tokens = greatest;
  return tokens;
}

OwnText cost_of(const OpencodeMessage& message) {
  if (OwnText cost = plain(message.cost)) return cost;
  OwnText total;
  for (const OpencodeStep& step : message.steps) {
    const OwnText cost = plain(step.cost);
    if (!cost) continue;
    total = total ? sum(*money_of(*total), *money_of(*cost)) : *cost;
  }
  return total;
}

}  // namespace relayburn
