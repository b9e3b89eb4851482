#include "core/sources/opencode/opencode_usage.h"

#include <algorithm>

#include "core/base/json_decimal.h"
#include "core/base/json_number.h"

namespace relayburn {
namespace {

// Newer versions log the output without the reasoning. Some providers count the two so that the
// difference is below 0.
int64_t output_of(const OpencodeUsage& usage, RecordWriter& out) {
  if (usage.output && usage.output->starts_with('-'))
    if (const auto below_0 = parse_count(std::string_view(*usage.output).substr(1)))
      return -*below_0;
  return out.count(view(usage.output), "tokens.output");
}

TokenCounts counts_of(const OpencodeUsage& usage, RecordWriter& out) {
  TokenCounts counts;
  counts.input = out.count(view(usage.input), "tokens.input");
  counts.output = output_of(usage, out);
  counts.reasoning = out.count(view(usage.reasoning), "tokens.reasoning");
  counts.cache_read = out.count(view(usage.cache_read), "tokens.cache.read");
  counts.cache_create_5m = out.count(view(usage.cache_write), "tokens.cache.write");
  // No message says whether its output includes the reasoning; a total can tell.
  const std::optional<int64_t> total =
      usage.total ? std::optional(out.count(view(usage.total), "tokens.total")) : std::nullopt;
  const int64_t without_reasoning =
      counts.input + counts.output + counts.cache_read + counts.cache_create_5m;
  if (total != without_reasoning) counts.output += counts.reasoning;
  if (counts.output < 0) out.issue("tokens.output is below 0; counted as 0");
  counts.output = std::max<int64_t>(counts.output, 0);
  return counts;
}

void check_usage(const OpencodeUsage& usage, RecordWriter& out) {
  if (usage.has_members && !usage.is_present)
    out.unknown("tokens states no count that is known; nothing of it is counted");
}

// A number without a sign, as digits before and behind its point; nullopt where it is none, or
// where it is too long to be money.
struct Money {
  std::string whole, fraction;
};
std::optional<Money> money_of(std::string_view token) {
  constexpr size_t max_digits = 40;
  const auto number = take_json_decimal(token);
  if (!number || !token.empty()) return std::nullopt;
  const auto [first, past_last] = number->significant();
  if (first == past_last) return Money{"0", ""};
  const int64_t before_point = number->digits_before_point(first);
  const auto digits = static_cast<int64_t>(past_last - first);
  constexpr int64_t most = max_digits;
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

// The message's, which grows with every step, else the sum of the steps'.
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

// What the last step says goes before what the message says.
OptText stop_reason_of(const OpencodeMessage& message) {
  if (!message.steps.empty())
    if (const OptText reason = stated(message.steps.back().reason)) return reason;
  return stated(message.finish);
}

bool is_above_0(const OpencodeUsage& usage) {
  const auto is_stated = [](const OwnText& token) { return token && *token != "0"; };
  return is_stated(usage.input) || is_stated(usage.output) || is_stated(usage.reasoning) ||
         is_stated(usage.cache_read) || is_stated(usage.cache_write);
}

// Steps that say nothing but 0 do not speak for a message that says more.
bool do_steps_count(const OpencodeMessage& message) {
  const auto& steps = message.steps;
  return !is_above_0(message.usage) ||
         std::any_of(steps.begin(), steps.end(),
                     [](const OpencodeStep& step) { return is_above_0(step.usage); });
}

std::vector<OpencodeCall> calls_of_steps(const OpencodeMessage& message, RecordWriter& out) {
  std::vector<OpencodeCall> calls;
  for (const OpencodeStep& step : message.steps) {
    check_usage(step.usage, out);
    if (step.usage.is_present)
      calls.push_back({counts_of(step.usage, out), plain(step.cost), stated(step.reason)});
  }
  return calls;
}

}  // namespace

OpencodeCalls calls_of(const OpencodeMessage& message, RecordWriter& out) {
  check_usage(message.usage, out);
  OpencodeCalls found;
  std::vector<OpencodeCall>& calls = found.calls;
  if (do_steps_count(message)) calls = calls_of_steps(message, out);
  found.states_parts = !calls.empty() || message.usage.total;
  if (calls.empty()) calls.push_back({counts_of(message.usage, out), {}, {}});
  const auto has_cost = [](const OpencodeCall& call) { return call.cost.has_value(); };
  if (calls.size() == 1 || std::none_of(calls.begin(), calls.end(), has_cost))
    calls.front().cost = cost_of(message);
  if (calls.size() == 1 || !calls.back().reason) calls.back().reason = stop_reason_of(message);
  for (const OpencodeCall& call : calls) found.sum += call.counts;
  return found;
}

size_t call_of_step(const OpencodeMessage& message, size_t step) {
  const auto& steps = message.steps;
  if (step >= steps.size() || !steps[step].usage.is_present || !do_steps_count(message)) return 0;
  return static_cast<size_t>(
      std::count_if(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(step),
                    [](const OpencodeStep& each) { return each.usage.is_present; }));
}

std::string turn_name(std::string_view message_id, size_t call) {
  std::string name(message_id);
  if (call > 0) name += "#" + std::to_string(call + 1);
  return name;
}

}  // namespace relayburn
