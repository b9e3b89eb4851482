#pragma once
// One object of a Claude Code transcript as plain facts (FORMAT.md 2). No decisions here.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/sources/claude/claude_message.h"

namespace relayburn {

// What the WebSearch tool states of its searches, in toolUseResult.
struct ClaudeWebSearch {
  bool has_query = false;
  bool has_results = false;
  std::vector<std::string_view> search_ids;  // srvtoolu_…, with repetitions
  OptText count;                             // searchCount
};

// What a cost-state line says of one model.
struct ClaudeModelCost {
  std::string_view model;
  OptText input_tokens;
  OptText output_tokens;
  OptText cache_read_tokens;
  OptText cache_creation_tokens;
  OptText cost_usd;
};

// What a line and the reply inside a progress line have in common.
struct ClaudeEnvelope {
  OptText type;
  OptText uuid;
  OptText timestamp;
  OptText request_id;
  ClaudeMessage message;
  OptText spawned_agent_id;  // toolUseResult.agentId
  ClaudeWebSearch web_search;
};

struct ClaudeLine : ClaudeEnvelope {
  OptText subtype;
  OptText parent_uuid;
  OptText logical_parent_uuid;
  OptText session_id;
  OptText cwd;
  OptText version;
  OptText branch;
  OptText agent_id;
  OptText agent_type;  // attributionAgent
  bool is_sidechain = false;
  bool is_meta = false;
  bool is_compact_summary = false;
  OptText origin_kind;
  OptText forked_from_session;     // forkedFrom.sessionId, forkSessionId
  OptText continued_from_session;  // continuedFromSessionId
  OptText parent_tool_use_id;      // parentToolUseID of progress lines and its kin
  OptText subagent_session_id;
  // Of system lines that report a subagent: the first of its status keys, and what it produced.
  OptText status;
  std::optional<bool> is_error;
  std::optional<bool> is_success;
  OptText output_text;
  OptText output_json;  // raw
  // compactMetadata
  OptText compact_trigger;
  OptText tokens_before;
  OptText tokens_after;
  // A cost-state line.
  OptText total_cost_usd;
  bool has_unknown_model_cost = false;
  std::vector<ClaudeModelCost> model_costs;
  // data of a progress line
  OptText progress_type;
  OptText progress_agent_id;
  std::optional<ClaudeEnvelope> inner;
};

class ClaudeLineParser {
 public:
  // As ObjectParser::parse. The facts live until the next call, or until `text` changes.
  size_t parse(std::string_view text);
  const ClaudeLine& line() const { return line_; }

  // A string member of a raw JSON object, as the tool's input is. Lives until the next call of
  // this.
  OptText string_member(std::string_view raw_object, std::string_view name) {
    return inputs_.string_member(raw_object, name);
  }

 private:
  JsonObjectReader lines_;
  JsonObjectReader inputs_;
  ClaudeLine line_;
};

}  // namespace relayburn
