#pragma once
// What a message of OpenCode used (formats/opencode.md 2, surprises.md 22): the same tokens stand
// in the message, in its steps and in its session; one of them counts.

#include <optional>
#include <string>

#include "core/records/token_counts.h"
#include "core/sources/opencode/opencode_facts.h"
#include "core/sources/record_writer.h"

namespace relayburn {

struct OpencodeTokens {
  TokenCounts counts;
  // Of the greatest request, where several were summed.
  std::optional<int64_t> context_tokens;
  // The steps, or the total, are stated: an import to 2.x keeps neither.
  bool states_parts = false;
};

// The sum of the steps that state tokens; where none does, what the message states, which is but
// its last step.
OpencodeTokens tokens_of(const OpencodeMessage& message, RecordWriter& out);

// The agent's own figure: the message's, which grows with every step, else the sum of the steps'.
// As the log spells it where it is one number; nullopt where there is none.
OwnText cost_of(const OpencodeMessage& message);

}  // namespace relayburn
