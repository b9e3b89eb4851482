#pragma once
// The API's message inside a line of a Claude Code transcript, as plain facts (FORMAT.md 3 and
// 4).

#include <cstdint>
#include <vector>

#include "core/sources/json_object.h"

namespace relayburn {

// Number fields as the log spells them; parse_count() decides what they count.
struct ClaudeCounts {
  OptText input_tokens;
  OptText output_tokens;
  OptText cache_read_input_tokens;
  OptText cache_creation_input_tokens;
  OptText ephemeral_5m_input_tokens;
  OptText ephemeral_1h_input_tokens;
  OptText web_search_requests;
  OptText service_tier;
  OptText speed;
  OptText inference_geo;
  OptText unknown_cache_kind;    // the first key of cache_creation that is not known
  OptText unknown_cache_tokens;  // what it counts
  OptText unknown_count;         // the first key that ends in "_tokens", is not known and not 0

  bool states_tokens() const {
    return input_tokens || output_tokens || cache_read_input_tokens ||
           cache_creation_input_tokens || ephemeral_5m_input_tokens || ephemeral_1h_input_tokens;
  }
};

// One request of those that the API made for a message.
struct ClaudeIteration : ClaudeCounts {
  OptText type;
  OptText model;
};

struct ClaudeUsage : ClaudeCounts {
  bool is_odd = false;  // neither absent, nor null, nor an object
  std::vector<ClaudeIteration> iterations;
  bool has_odd_iterations = false;  // something in it could not be read
  OptText unknown_key;              // the first

  bool states_anything() const { return states_tokens() || !iterations.empty() || unknown_key; }
};

struct ClaudeBlock {
  enum class Kind : uint8_t { Text, Thinking, ToolUse, ToolResult, Other };
  Kind kind = Kind::Other;
  OptText text;         // of text and thinking; of a tool result whose content is a string
  OptText signature;    // of thinking; of redacted thinking its data: what stands for the text
  OptText id;           // of a tool use
  OptText name;         // of a tool use
  OptText tool_use_id;  // of a tool result
  OptText json;         // raw: input of a tool use, structured content of a tool result
  bool is_error = false;
};

struct ClaudeMessage {
  bool is_present = false;
  OptText id;
  OptText model;
  OptText stop_reason;
  ClaudeUsage usage;
  std::vector<ClaudeBlock> blocks;  // a string as content is one text block
};

// Replaces what `message` was, keeping the memory of its blocks.
void read_message(JsonValue& value, ClaudeMessage& message);

}  // namespace relayburn
