#pragma once
// From totals that a rollout repeats, resets and counts on to what each response used
// (FORMAT.md 2).

#include <optional>
#include <string>

#include "core/sources/codex/codex_line.h"
#include "core/sources/codex/codex_state.h"
#include "core/sources/record_writer.h"

namespace relayburn {

struct CodexStep {
  CodexCounts usage;
  CodexCounts totals;  // after it
  // Of the greatest request, where the step spans several.
  std::optional<int64_t> context_tokens;
};

// What a token_count says was used since the totals before, which are brought up to date; nullopt
// where that is nothing.
std::optional<CodexStep> take_token_count(const CodexItem& item, CodexState& state,
                                          RecordWriter& out);
// What a token_usage_record says that its response used.
std::optional<CodexStep> take_usage_record(const CodexItem& item, CodexState& state,
                                           RecordWriter& out);

// "<input>.<cached>.<output>": the totals as message ids and call keys name them.
std::string totals_text(const CodexCounts& totals);
// The same with all five counts.
std::string all_totals_text(const CodexCounts& totals);

}  // namespace relayburn
