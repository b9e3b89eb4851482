#pragma once
// The kinds of record as plain structs, and the one table that describes each of them. Field facts:
// ledger.md 1 and the formats of the agents. Text is borrowed: it must outlive the struct.
//
// All counts are tokens, bytes or requests from 0 to 2^40; optional means "the log does not say".

#include <optional>
#include <string_view>
#include <tuple>

#include "core/base/instant.h"
#include "core/base/key.h"
#include "core/records/cell.h"
#include "core/records/kinds.h"

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
  Key call_key;  // equal for all copies of one billed call (ledger.md 3)
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

template <class Record, class Member>
struct Field {
  std::string_view name;
  Member Record::*member;
};
template <class Record, class Base, class Member>
constexpr auto field(std::string_view name, Member Base::*member) {
  return Field<Record, Member>{name, static_cast<Member Record::*>(member)};
}

template <class Record>
constexpr auto head_fields() {
  return std::make_tuple(
      field<Record>("id", &Record::id), field<Record>("revision", &Record::revision),
      field<Record>("is_void", &Record::is_void), field<Record>("source", &Record::source),
      field<Record>("session_id", &Record::session_id), field<Record>("ts", &Record::ts));
}

// Specialised for every kind: `kind` and `fields`, in the fixed order of columns and of JSON keys.
template <class Record>
struct Described;

#define RELAYBURN_FIELD(name) field<Record>(#name, &Record::name)

template <>
struct Described<Turn> {
  using Record = Turn;
  static constexpr Kind kind = Kind::Turn;
  static constexpr auto fields = std::tuple_cat(
      head_fields<Turn>(),
      std::make_tuple(
          RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(call_key), RELAYBURN_FIELD(model),
          RELAYBURN_FIELD(input), RELAYBURN_FIELD(output), RELAYBURN_FIELD(reasoning),
          RELAYBURN_FIELD(cache_read), RELAYBURN_FIELD(cache_create_5m),
          RELAYBURN_FIELD(cache_create_1h), RELAYBURN_FIELD(web_search_requests),
          RELAYBURN_FIELD(context_tokens), RELAYBURN_FIELD(service_tier), RELAYBURN_FIELD(speed),
          RELAYBURN_FIELD(inference_geo), RELAYBURN_FIELD(stop_reason),
          RELAYBURN_FIELD(is_sidechain), RELAYBURN_FIELD(agent_id), RELAYBURN_FIELD(is_fork),
          RELAYBURN_FIELD(output_is_lower_bound), RELAYBURN_FIELD(keywords), RELAYBURN_FIELD(uuid),
          RELAYBURN_FIELD(parent_uuid), RELAYBURN_FIELD(request_id), RELAYBURN_FIELD(branch),
          RELAYBURN_FIELD(cwd), RELAYBURN_FIELD(remote), RELAYBURN_FIELD(version),
          RELAYBURN_FIELD(reported_cost_usd), RELAYBURN_FIELD(calls), RELAYBURN_FIELD(plan)));
};

template <>
struct Described<ToolCall> {
  using Record = ToolCall;
  static constexpr Kind kind = Kind::ToolCall;
  static constexpr auto fields =
      std::tuple_cat(head_fields<ToolCall>(),
                     std::make_tuple(RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(tool_use_id),
                                     RELAYBURN_FIELD(name), RELAYBURN_FIELD(args_hash),
                                     RELAYBURN_FIELD(input_bytes), RELAYBURN_FIELD(file_path),
                                     RELAYBURN_FIELD(family), RELAYBURN_FIELD(subagent_type)));
};

template <>
struct Described<ToolResult> {
  using Record = ToolResult;
  static constexpr Kind kind = Kind::ToolResult;
  static constexpr auto fields = std::tuple_cat(
      head_fields<ToolResult>(),
      std::make_tuple(RELAYBURN_FIELD(tool_use_id), RELAYBURN_FIELD(event_source),
                      RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(status),
                      RELAYBURN_FIELD(content_bytes), RELAYBURN_FIELD(content_hash),
                      RELAYBURN_FIELD(spawned_agent_id), RELAYBURN_FIELD(spawned_session_id),
                      RELAYBURN_FIELD(subagent_type)));
};

template <>
struct Described<UserTurn> {
  using Record = UserTurn;
  static constexpr Kind kind = Kind::UserTurn;
  static constexpr auto fields =
      std::tuple_cat(head_fields<UserTurn>(),
                     std::make_tuple(RELAYBURN_FIELD(uuid), RELAYBURN_FIELD(parent_uuid),
                                     RELAYBURN_FIELD(text_bytes), RELAYBURN_FIELD(keywords),
                                     RELAYBURN_FIELD(is_meta), RELAYBURN_FIELD(is_compact_summary),
                                     RELAYBURN_FIELD(is_sidechain), RELAYBURN_FIELD(agent_id)));
};

template <>
struct Described<Relationship> {
  using Record = Relationship;
  static constexpr Kind kind = Kind::Relationship;
  static constexpr auto fields =
      std::tuple_cat(head_fields<Relationship>(),
                     std::make_tuple(RELAYBURN_FIELD(type), RELAYBURN_FIELD(related_session_id),
                                     RELAYBURN_FIELD(agent_id), RELAYBURN_FIELD(parent_tool_use_id),
                                     RELAYBURN_FIELD(subagent_type), RELAYBURN_FIELD(version)));
};

template <>
struct Described<Compaction> {
  using Record = Compaction;
  static constexpr Kind kind = Kind::Compaction;
  static constexpr auto fields =
      std::tuple_cat(head_fields<Compaction>(),
                     std::make_tuple(RELAYBURN_FIELD(uuid), RELAYBURN_FIELD(logical_parent_uuid),
                                     RELAYBURN_FIELD(trigger), RELAYBURN_FIELD(tokens_before),
                                     RELAYBURN_FIELD(tokens_after)));
};

template <>
struct Described<Price> {
  using Record = Price;
  static constexpr Kind kind = Kind::Price;
  static constexpr auto fields =
      std::make_tuple(RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(provider),
                      RELAYBURN_FIELD(model), RELAYBURN_FIELD(from_date), RELAYBURN_FIELD(rates),
                      RELAYBURN_FIELD(origin));
};

template <>
struct Described<SessionCost> {
  using Record = SessionCost;
  static constexpr Kind kind = Kind::SessionCost;
  static constexpr auto fields = std::tuple_cat(
      head_fields<SessionCost>(),
      std::make_tuple(RELAYBURN_FIELD(model), RELAYBURN_FIELD(input), RELAYBURN_FIELD(output),
                      RELAYBURN_FIELD(cache_read), RELAYBURN_FIELD(cache_create),
                      RELAYBURN_FIELD(cost_usd), RELAYBURN_FIELD(has_unknown_cost)));
};

template <>
struct Described<Stamp> {
  using Record = Stamp;
  static constexpr Kind kind = Kind::Stamp;
  static constexpr auto fields = std::tuple_cat(
      head_fields<Stamp>(), std::make_tuple(RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(from_ts),
                                            RELAYBURN_FIELD(to_ts), RELAYBURN_FIELD(enrichment)));
};

template <>
struct Described<Content> {
  using Record = Content;
  static constexpr Kind kind = Kind::Content;
  static constexpr auto fields = std::tuple_cat(
      head_fields<Content>(),
      std::make_tuple(RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(content_kind),
                      RELAYBURN_FIELD(role), RELAYBURN_FIELD(tool_use_id), RELAYBURN_FIELD(body)));
};

template <>
struct Described<Forget> {
  using Record = Forget;
  static constexpr Kind kind = Kind::Forget;
  static constexpr auto fields =
      std::make_tuple(RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(scope));
};

template <>
struct Described<Sighting> {
  using Record = Sighting;
  static constexpr Kind kind = Kind::Sighting;
  static constexpr auto fields =
      std::make_tuple(RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(source),
                      RELAYBURN_FIELD(session_id), RELAYBURN_FIELD(host_id), RELAYBURN_FIELD(cwd),
                      RELAYBURN_FIELD(remote));
};

template <>
struct Described<Host> {
  using Record = Host;
  static constexpr Kind kind = Kind::Host;
  static constexpr auto fields =
      std::make_tuple(RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(host_id),
                      RELAYBURN_FIELD(label), RELAYBURN_FIELD(version),
                      RELAYBURN_FIELD(last_ingest), RELAYBURN_FIELD(last_result));
};

template <>
struct Described<HostNote> {
  using Record = HostNote;
  static constexpr Kind kind = Kind::HostNote;
  static constexpr auto fields =
      std::make_tuple(RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(host_id),
                      RELAYBURN_FIELD(label), RELAYBURN_FIELD(is_retired));
};

template <>
struct Described<PriceCheck> {
  using Record = PriceCheck;
  static constexpr Kind kind = Kind::PriceCheck;
  static constexpr auto fields =
      std::make_tuple(RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(origin),
                      RELAYBURN_FIELD(checked_at));
};

#undef RELAYBURN_FIELD

template <class Record>
inline constexpr size_t kFieldCount = std::tuple_size_v<decltype(Described<Record>::fields)>;

namespace detail {

inline Cell to_cell(const Key& key) { return Cell::text(key.view()); }
inline Cell to_cell(int64_t value) { return Cell::integer(value); }
inline Cell to_cell(bool flag) { return flag ? Cell::integer(1) : Cell(); }
inline Cell to_cell(std::string_view text) { return Cell::text(text); }
inline Cell to_cell(Instant instant) { return Cell::integer(instant.us); }
template <class T>
Cell to_cell(const std::optional<T>& value) {
  return value ? to_cell(*value) : Cell();
}

inline void from_cell(const Cell& cell, Key& out) { out = cell.key(); }
inline void from_cell(const Cell& cell, int64_t& out) { out = cell.integer(); }
inline void from_cell(const Cell& cell, bool& out) { out = cell.integer() != 0; }
inline void from_cell(const Cell& cell, std::string_view& out) { out = cell.text(); }
inline void from_cell(const Cell& cell, Instant& out) { out.us = cell.integer(); }
template <class T>
void from_cell(const Cell& cell, std::optional<T>& out) {
  if (cell.is_null()) {
    out.reset();
  } else {
    from_cell(cell, out.emplace());
  }
}

}  // namespace detail

// The cells point into `record` and to what it borrows.
template <class Record>
void to_cells(const Record& record, Cell* cells) {
  std::apply([&](const auto&... each) { ((*cells++ = detail::to_cell(record.*each.member)), ...); },
             Described<Record>::fields);
}

template <class Record>
Record from_row(Row row) {
  Record record;
  size_t i = 0;
  std::apply([&](const auto&... each) { (detail::from_cell(row[i++], record.*each.member), ...); },
             Described<Record>::fields);
  return record;
}

}  // namespace relayburn
