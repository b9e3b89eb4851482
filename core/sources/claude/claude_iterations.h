#pragma once
// Which requests of `usage.iterations` the top level of a usage includes, and which it leaves out
// (FORMAT.md, "Iterations").

#include <cstdint>
#include <optional>
#include <vector>

#include "core/records/token_counts.h"
#include "core/sources/claude/claude_message.h"

namespace relayburn {

struct ClaudeRequest {
  enum class Kind : uint8_t {
    Message,   // of the loop over server tools
    Fallback,  // an attempt of another model after one was declined
    Side,      // an advisor's or a compaction: never in the top level
    Unknown,
  };
  Kind kind = Kind::Unknown;
  bool is_of_message_model = false;
  TokenCounts counts;
  // Set by include_requests().
  bool is_included = false;
  bool is_part = false;  // included, but a record of its own, because its price tier may differ

  bool is_attempt() const { return kind == Kind::Message || kind == Kind::Fallback; }
  // What the type and the model alone say.
  bool seems_included() const { return is_attempt() && is_of_message_model; }
  // True where it was paid for apart from the message. A declined attempt is billed only where it
  // produced output.
  bool is_billed_apart() const;
};

// Whether two names are spellings of one model of Claude: "us.anthropic.claude-opus-4-8-v1:0",
// "anthropic/claude-opus-4.8", "claude-opus-4-8[1m]".
bool is_same_model(std::string_view a, std::string_view b);

// A request without a type is one of the message itself.
ClaudeRequest::Kind request_kind(OptText type);

struct ClaudeMessageUsage {
  TokenCounts whole;  // of the message and its parts
  TokenCounts own;    // of the message without its parts
  // The context of the greatest request, where `own` is of several.
  std::optional<int64_t> context_tokens;
};

// No price list has a context tier below this bound: requests below it need not be told apart.
inline constexpr int64_t kMinTierBound = 100'000;

// Decides which requests the top level includes: by arithmetic where the sums fit, else by type and
// model. The whole usage is the top level's, or the sum of the included requests where the top
// level shows only one of them or none (`is_stated` is false). Where several requests make it up,
// and one of them exceeds kMinTierBound, all but the first become parts.
ClaudeMessageUsage include_requests(const TokenCounts& top, bool is_stated,
                                    std::vector<ClaudeRequest>& requests);

}  // namespace relayburn
