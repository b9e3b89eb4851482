#pragma once
// The kinds of record as plain structs (described.h has the table of their fields). Field facts:
// LEDGER.md 1, and FORMAT.md of each agent. Text is borrowed: it must outlive the struct.
//
// All counts are tokens, bytes or requests from 0 to 2^40; optional means "the log does not say".

#include <optional>
#include <string_view>

#include "core/base/instant.h"
#include "core/base/key.h"

namespace relayburn {

using OptText = std::optional<std::string_view>;

struct RecordHead {
  Key id;
  int64_t revision = 0;
  // A newer parser rejects what an older one wrote: the key stays, the record counts nowhere.
  bool is_void = false;
  OptText source;  // "claude-code", "codex", "opencode"; "spawn-env" for edges from stamps
  OptText session_id;
  std::optional<Instant> ts;
};

// A response of a model.
struct Turn : RecordHead {
  std::string_view message_id;
  Key call_key;  // equal for all copies of one billed call (LEDGER.md 3)
  OptText model;
  int64_t input = 0;  // uncached
  int64_t output = 0;
  int64_t reasoning = 0;  // information: part of output
  int64_t cache_read = 0;
  int64_t cache_create_5m = 0;
  int64_t cache_create_1h = 0;
  int64_t web_search_requests = 0;
  // Of the greatest single request, where one turn sums several; else input + caches is the
  // context.
  std::optional<int64_t> context_tokens;
  OptText service_tier;
  OptText speed;
  OptText inference_geo;
  OptText stop_reason;
  bool is_sidechain = false;
  OptText agent_id;
  bool is_fork = false;  // the line, or its session, says that it was copied from another session
  bool output_is_lower_bound = false;  // the log never got the final count
  int64_t keywords = 0;                // KeywordBit of the turn's own text
  OptText uuid;
  OptText parent_uuid;
  OptText request_id;
  OptText branch;
  OptText cwd;
  OptText remote;  // canonical, as the log itself states it
  OptText version;
  OptText reported_cost_usd;  // the agent's own figure; never mixed into ours
  // How many model calls the turn stands for: several where a log sums them, 0 for a search that a
  // tool made. Absent: one.
  std::optional<int64_t> calls;
  OptText plan;  // the subscription that paid for the call, as the log names it: "pro", "team"

  int64_t call_count() const { return calls.value_or(1); }
};

struct ToolCall : RecordHead {
  std::string_view message_id;
  std::string_view tool_use_id;
  std::string_view name;
  Key args_hash;
  int64_t input_bytes = 0;  // of the arguments as compact JSON
  OptText file_path;        // of tools that read or write one file
  OptText family;           // command_family() of a shell command
  OptText subagent_type;
};

struct ToolResult : RecordHead {
  std::string_view tool_use_id;
  std::string_view event_source;  // "tool_result", "subagent_notification", "function_call_output"
  OptText message_id;             // the line's uuid
  std::string_view status;        // "completed", "errored", "running", "cancelled", "unknown"
  std::optional<int64_t> content_bytes;
  std::optional<Key> content_hash;
  OptText spawned_agent_id;
  OptText spawned_session_id;
  OptText subagent_type;
};

// A user line that carries text; the text itself is not kept.
struct UserTurn : RecordHead {
  OptText uuid;
  OptText parent_uuid;
  int64_t text_bytes = 0;
  int64_t keywords = 0;
  bool is_meta = false;
  bool is_compact_summary = false;
  bool is_sidechain = false;
  OptText agent_id;
};

// Evidence of an edge: `session_id` is the child or newer end, `related_session_id` the other one.
struct Relationship : RecordHead {
  std::string_view type;  // "root", "continuation", "fork", "subagent"
  OptText related_session_id;
  OptText agent_id;
  OptText parent_tool_use_id;
  OptText subagent_type;
  OptText version;
};

struct Compaction : RecordHead {
  OptText uuid;
  OptText logical_parent_uuid;
  OptText trigger;
  std::optional<int64_t> tokens_before;
  std::optional<int64_t> tokens_after;
};

// Rates of a model that somebody learned, which hold from 00:00 UTC of `from_date` on
// (core/pricing). The revision is the day it was learned, counted from 1970.
struct Price {
  Key id;  // price_key()
  int64_t revision = 0;
  std::string_view provider;
  std::string_view model;
  OptText from_date;        // "2026-09-22"; absent: from the model's first day
  std::string_view rates;   // one span of a price list as compact JSON, without its `from`
  std::string_view origin;  // which list stated it: "models.dev", "litellm", "relayburn"
};

// What an agent itself states that a session has cost so far. It is never mixed into our figures.
struct SessionCost : RecordHead {
  OptText model;  // absent: the whole session
  int64_t input = 0;
  int64_t output = 0;
  int64_t cache_read = 0;
  int64_t cache_create = 0;
  std::string_view cost_usd;      // a plain decimal
  bool has_unknown_cost = false;  // the agent had no price for some of it
};

// What a person or a job says of a session, a message or a time range (both ends inclusive).
struct Stamp : RecordHead {
  OptText message_id;
  std::optional<Instant> from_ts;
  std::optional<Instant> to_ts;
  std::string_view enrichment;  // a JSON object of strings, keys sorted
};

struct Content : RecordHead {
  OptText message_id;
  std::string_view content_kind;  // "text", "thinking", "tool_use", "tool_result"
  std::string_view role;          // "user", "assistant"
  OptText tool_use_id;
  std::string_view body;
};

// What is to be forgotten (forgotten.h): the id is H(scope|name), the name itself stands nowhere.
struct Forget {
  Key id;
  int64_t revision = 0;
  std::string_view scope;  // "session", "project"
};

// A host saw a session, at a working directory whose repository it knows by this remote.
struct Sighting {
  Key id;
  int64_t revision = 0;
  OptText source;
  OptText session_id;
  std::string_view host_id;
  OptText cwd;
  OptText remote;
};

struct Host {
  Key id;
  int64_t revision = 0;  // the host's own clock at its last run, in microseconds
  std::string_view host_id;
  std::string_view label;
  std::string_view version;
  std::optional<Instant> last_ingest;
  std::string_view last_result;  // "ok", "part"
};

// What an operator says of a host. A record of its own, so that neither the host's next run nor a
// copy of the ledger takes it back.
struct HostNote {
  Key id;
  int64_t revision = 0;  // the operator's clock, in microseconds
  std::string_view host_id;
  OptText label;  // goes before the host's own
  bool is_retired = false;
};

// When a list of prices was last looked through, by any host. One per origin.
struct PriceCheck {
  Key id;                // of the origin
  int64_t revision = 0;  // the time of the check, in microseconds
  std::string_view origin;
  std::optional<Instant> checked_at;
};

}  // namespace relayburn
