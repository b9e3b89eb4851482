#pragma once
// What a message of OpenCode used (FORMAT.md 4, 5): the same tokens stand in the message, in its
// steps and in its session; one of them counts.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/records/token_counts.h"
#include "core/sources/opencode/opencode_facts.h"
#include "core/sources/record_writer.h"

namespace relayburn {

// One request to the model.
struct OpencodeCall {
  TokenCounts counts;
  OwnText cost;  // the agent's own figure, as the log spells it
  OptText reason;
};

struct OpencodeCalls {
  std::vector<OpencodeCall> calls;  // one or more
  TokenCounts sum;
  // The steps, or the total, are stated: an import to 2.x keeps neither.
  bool states_parts = false;
};

// One call per step that states tokens. Where none does, one call with what the message states,
// which is but its last step.
OpencodeCalls calls_of(const OpencodeMessage& message, RecordWriter& out);

// The index, among the calls, of the one that the step made. 0 where the step is not known to have
// made one: what belongs to it stays with the message.
size_t call_of_step(const OpencodeMessage& message, size_t step);

// The message id of the turn of a call. The first call has the message's own, because it stays the
// first when the message grows: "msg_1", "msg_1#2", "msg_1#3".
std::string turn_name(std::string_view message_id, size_t call);

}  // namespace relayburn
