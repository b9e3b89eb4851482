#include "core/sources/claude/claude_cost_state.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/base/json_decimal.h"
#include "core/base/json_number.h"
#include "core/sources/claude/claude_records.h"

namespace relayburn {
namespace {

constexpr int64_t kMaxWholeDigits = 12;
constexpr int64_t kMaxFractionDigits = 40;

// Returns the number without an exponent, digit by digit; nullopt where it is no plausible cost.
std::optional<std::string> plain_cost(std::string_view token) {
  const auto number = take_json_decimal(token);
  if (!number || !token.empty()) return std::nullopt;
  const JsonDecimal::Span digits = number->significant();
  if (digits.first == digits.past_last) return "0";
  const int64_t whole = number->digits_before_point(digits.first);
  const auto count = static_cast<int64_t>(digits.past_last - digits.first);
  if (number->is_negative || whole > kMaxWholeDigits || count - whole > kMaxFractionDigits)
    return std::nullopt;
  std::string text = whole > 0 ? "" : "0." + std::string(static_cast<size_t>(-whole), '0');
  for (int64_t i = 0; i < std::max(count, whole); ++i) {
    if (i > 0 && i == whole) text += '.';
    const size_t index = digits.first + static_cast<size_t>(i);
    text += i < count ? static_cast<char>('0' + number->digit(index)) : '0';
  }
  return text;
}

int64_t bounded_sum(int64_t a, int64_t b) { return std::min(a + b, kMaxCount); }

class CostStateRecords {
 public:
  CostStateRecords(const ClaudeLine& line, std::string_view line_name, RecordWriter& out)
      : line_(line), time_(stated(line.timestamp).value_or(line_name)), out_(out) {}

  void emit() {
    SessionCost total;
    for (const ClaudeModelCost& logged : line_.model_costs) {
      const SessionCost cost = emit_model(logged);
      total.input = bounded_sum(total.input, cost.input);
      total.output = bounded_sum(total.output, cost.output);
      total.cache_read = bounded_sum(total.cache_read, cost.cache_read);
      total.cache_create = bounded_sum(total.cache_create, cost.cache_create);
    }
    if (!line_.total_cost_usd)
      out_.unknown("a cost-state has no totalCostUSD; what the session cost is not known from it");
    add(total, line_.total_cost_usd, "totalCostUSD");
  }

 private:
  SessionCost emit_model(const ClaudeModelCost& logged) {
    SessionCost cost;
    cost.input = out_.count(logged.input_tokens, "modelUsage.inputTokens");
    cost.output = out_.count(logged.output_tokens, "modelUsage.outputTokens");
    cost.cache_read = out_.count(logged.cache_read_tokens, "modelUsage.cacheReadInputTokens");
    cost.cache_create =
        out_.count(logged.cache_creation_tokens, "modelUsage.cacheCreationInputTokens");
    cost.model = logged.model;
    // The record without a model is the session's; a text with U+0000 cannot be stored.
    if (logged.model.empty() || logged.model.find('\0') != std::string_view::npos)
      out_.issue("modelUsage names a model that cannot be stored; its cost is passed over");
    else
      add(cost, logged.cost_usd, "modelUsage.costUSD");
    return cost;
  }

  // A line without a cost states none: nothing is recorded.
  void add(SessionCost cost, OptText token, std::string_view field) {
    if (!token) return;
    const std::optional<std::string> text = plain_cost(*token);
    if (!text) return out_.issue(std::string(field) + " is no amount of dollars; passed over");
    out_.fill_head(cost, session_cost_key(kClaudeSource, out_.session, cost.model, time_),
                   out_.plain_revision());
    cost.cost_usd = *text;
    cost.has_unknown_cost = line_.has_unknown_model_cost;
    out_.add(cost);
  }

  const ClaudeLine& line_;
  const std::string_view time_;
  RecordWriter& out_;
};

}  // namespace

void emit_cost_state(const ClaudeLine& line, std::string_view line_name, RecordWriter& out) {
  if (out.session) CostStateRecords(line, line_name, out).emit();
}

}  // namespace relayburn
