#include "core/sources/codex/codex_usage.h"

#include <algorithm>
#include <array>

#include "core/base/json_number.h"

namespace relayburn {
namespace {

struct CountField {
  std::string_view name;
  OptText CodexUsage::*token;
  int64_t CodexCounts::*count;
};
constexpr std::array<CountField, 5> kFields = {{
    {"input_tokens", &CodexUsage::input_tokens, &CodexCounts::input},
    {"cached_input_tokens", &CodexUsage::cached_input_tokens, &CodexCounts::cached},
    {"cache_write_input_tokens", &CodexUsage::cache_write_input_tokens, &CodexCounts::cache_write},
    {"output_tokens", &CodexUsage::output_tokens, &CodexCounts::output},
    {"reasoning_output_tokens", &CodexUsage::reasoning_output_tokens, &CodexCounts::reasoning},
}};

CodexCounts counts_of(const CodexUsage& usage, std::string_view name, RecordWriter& out) {
  CodexCounts counts;
  for (const CountField& field : kFields)
    counts.*field.count =
        out.count(usage.*field.token, std::string(name) + "." + std::string(field.name));
  return counts;
}

CodexCounts sum(CodexCounts a, const CodexCounts& b) {
  for (const CountField& field : kFields) a.*field.count += b.*field.count;
  return a;
}

CodexCounts difference(CodexCounts a, const CodexCounts& b) {
  for (const CountField& field : kFields) a.*field.count -= b.*field.count;
  return a;
}

bool is_below(const CodexCounts& a, const CodexCounts& b) {
  return std::any_of(kFields.begin(), kFields.end(),
                     [&](const CountField& field) { return a.*field.count < b.*field.count; });
}

// A total that cannot be read, or is not there, is taken to have gone on as the last response says:
// taken as 0 it would charge everything before once more to the response behind it.
CodexCounts totals_of(const CodexUsage& usage, const CodexCounts& before, const CodexCounts& last,
                      RecordWriter& out) {
  CodexCounts totals = counts_of(usage, "total_token_usage", out);
  for (const CountField& field : kFields) {
    const OptText& token = usage.*field.token;
    if (!token || !parse_count(*token))
      totals.*field.count = before.*field.count + last.*field.count;
  }
  return totals;
}

bool says_tokens(const CodexUsage& usage) { return usage.input_tokens || usage.output_tokens; }

bool says_known_tokens(const CodexUsage& usage, std::string_view name, RecordWriter& out) {
  if (says_tokens(usage)) return true;
  if (usage.has_members)
    out.unknown(std::string(name) +
                " has neither input_tokens nor output_tokens; nothing of it is counted");
  return false;
}

}  // namespace

std::optional<CodexStep> take_token_count(const CodexItem& item, CodexState& state,
                                          RecordWriter& out) {
  if (item.has_info && !item.total_usage.is_present)
    out.unknown("token_count has no total_token_usage; nothing of it is counted");
  if (!says_known_tokens(item.total_usage, "total_token_usage", out)) return std::nullopt;
  const CodexCounts last = counts_of(item.last_usage, "last_token_usage", out);
  const CodexCounts before = state.totals;
  CodexStep step;
  step.totals = totals_of(item.total_usage, before, last, out);
  const bool is_anew = !state.has_totals || is_below(step.totals, before);
  state.totals = step.totals;
  state.has_totals = true;
  if (!is_anew) {
    step.usage = difference(step.totals, before);
  } else {
    step.usage = item.last_usage.is_present ? last : step.totals;
  }
  if (step.usage == CodexCounts()) return std::nullopt;
  if (item.last_usage.is_present && last.input > 0 && last.input < step.usage.input)
    step.context_tokens = last.input;
  return step;
}

std::optional<CodexStep> take_usage_record(const CodexItem& item, CodexState& state,
                                           RecordWriter& out) {
  if (!says_known_tokens(item.usage, "usage of a token_usage_record", out)) return std::nullopt;
  CodexStep step;
  step.usage = counts_of(item.usage, "usage", out);
  const CodexCounts after = sum(state.totals, step.usage);
  step.totals = says_tokens(item.thread_usage)
                    ? totals_of(item.thread_usage, state.totals, step.usage, out)
                    : after;
  state.totals = step.totals;
  state.has_totals = true;
  return step;
}

std::string all_totals_text(const CodexCounts& totals) {
  return totals_text(totals) + "." + std::to_string(totals.cache_write) + "." +
         std::to_string(totals.reasoning);
}

std::string totals_text(const CodexCounts& totals) {
  return std::to_string(totals.input) + "." + std::to_string(totals.cached) + "." +
         std::to_string(totals.output);
}

}  // namespace relayburn
