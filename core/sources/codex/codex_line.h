#pragma once
// One object of a Codex rollout as plain facts (FORMAT.md 1 to 6). No decisions here.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/sources/json_object.h"

namespace relayburn {

// Number fields as the log spells them; parse_count() decides what they count.
struct CodexUsage {
  bool is_present = false;
  bool has_members = false;
  OptText input_tokens;
  OptText cached_input_tokens;       // inside input_tokens
  OptText cache_write_input_tokens;  // inside input_tokens
  OptText output_tokens;
  OptText reasoning_output_tokens;  // inside output_tokens
};

// A string, or the raw JSON of a structure.
struct CodexValue {
  OptText text;
  OptText json;
};

struct CodexBlock {
  OptText type;
  OptText text;
};

// Who runs the session, where it is a subagent (session_meta.source.subagent).
struct CodexSubagent {
  bool is_present = false;
  OptText kind;              // "review", "compact", …; of a spawned thread its role
  OptText parent_thread_id;  // of a spawned thread
};

// `payload` of a line; in the format before September 2025 the line itself. One struct for all
// types: a key means the same wherever it stands, but for those noted.
struct CodexItem {
  OptText type;
  OptText id;  // of a session: its own; of a response item: the item's
  OptText timestamp;
  OptText turn_id;
  OptText model;
  OptText cwd;
  OptText service_tier;
  bool states_service_tier = false;  // the key is there, even if it is null
  bool has_settings = false;         // thread_settings, which is always a full snapshot

  // session_meta
  OptText cli_version;
  OptText model_provider;
  OptText forked_from_id;
  OptText parent_thread_id;
  OptText agent_role;
  CodexSubagent subagent;
  OptText branch;
  OptText repository_url;
  bool has_instructions = false;  // by which the old format's header is known

  // response items
  OptText role;
  OptText name;
  OptText call_id;
  CodexValue arguments;
  CodexValue input;
  CodexValue action;
  CodexValue output;  // also `tools` of a tool_search_output
  OptText status;
  std::vector<CodexBlock> content;
  std::vector<CodexBlock> summary;

  // token_count, token_usage_record
  bool has_info = false;
  CodexUsage total_usage;   // info.total_token_usage
  CodexUsage last_usage;    // info.last_token_usage
  CodexUsage usage;         // usage
  CodexUsage thread_usage;  // thread_token_usage
  OptText response_id;
  OptText plan;  // rate_limits.plan_type

  // events
  OptText exit_code;
  std::optional<bool> success;
  bool is_failed_result = false;  // `result` of an MCP call holds Err, or says isError
  OptText item_id;                // item.id
  OptText item_status;            // item.status
  OptText new_thread_id;
  OptText new_agent_role;
  OptText sender_thread_id;
  OptText agent_thread_id;
};

struct CodexLine {
  OptText timestamp;
  OptText type;
  OptText ordinal;
  bool has_payload = false;
  CodexItem item;
};

class CodexLineParser {
 public:
  // As ObjectParser::parse. The facts live until the next call, or until `text` changes.
  size_t parse(std::string_view text);
  const CodexLine& line() const { return line_; }

 private:
  JsonObjectReader lines_;
  CodexLine line_;
  CodexItem bare_;  // the line's own members, should it have no payload
};

}  // namespace relayburn
