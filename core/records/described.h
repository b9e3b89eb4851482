#pragma once
// Describes each kind of record in one table, from which its rows are made and read.

#include "core/records/cell.h"
#include "core/records/kinds.h"
#include "core/records/records.h"

namespace relayburn {

// Specialised for every kind: `kind`, and `fields`, which hands on each field's name and member, in
// the fixed order of columns and of JSON keys. A function and not a tuple, which takes a second to
// compile in every file that sees it.
template <class Record>
struct Described;

#define RELAYBURN_FIELD(name) take(#name, &Record::name)
#define RELAYBURN_HEAD_FIELDS                                               \
  RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(is_void), \
      RELAYBURN_FIELD(source), RELAYBURN_FIELD(session_id), RELAYBURN_FIELD(ts)

template <>
struct Described<Turn> {
  using Record = Turn;
  static constexpr Kind kind = Kind::Turn;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(call_key),
        RELAYBURN_FIELD(model), RELAYBURN_FIELD(input), RELAYBURN_FIELD(output),
        RELAYBURN_FIELD(reasoning), RELAYBURN_FIELD(cache_read), RELAYBURN_FIELD(cache_create_5m),
        RELAYBURN_FIELD(cache_create_1h), RELAYBURN_FIELD(web_search_requests),
        RELAYBURN_FIELD(context_tokens), RELAYBURN_FIELD(service_tier), RELAYBURN_FIELD(speed),
        RELAYBURN_FIELD(inference_geo), RELAYBURN_FIELD(stop_reason), RELAYBURN_FIELD(is_sidechain),
        RELAYBURN_FIELD(agent_id), RELAYBURN_FIELD(is_fork), RELAYBURN_FIELD(output_is_lower_bound),
        RELAYBURN_FIELD(keywords), RELAYBURN_FIELD(uuid), RELAYBURN_FIELD(parent_uuid),
        RELAYBURN_FIELD(request_id), RELAYBURN_FIELD(branch), RELAYBURN_FIELD(cwd),
        RELAYBURN_FIELD(remote), RELAYBURN_FIELD(version), RELAYBURN_FIELD(reported_cost_usd),
        RELAYBURN_FIELD(calls), RELAYBURN_FIELD(plan);
  }
};

template <>
struct Described<ToolCall> {
  using Record = ToolCall;
  static constexpr Kind kind = Kind::ToolCall;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(tool_use_id),
        RELAYBURN_FIELD(name), RELAYBURN_FIELD(args_hash), RELAYBURN_FIELD(input_bytes),
        RELAYBURN_FIELD(file_path), RELAYBURN_FIELD(family), RELAYBURN_FIELD(subagent_type);
  }
};

template <>
struct Described<ToolResult> {
  using Record = ToolResult;
  static constexpr Kind kind = Kind::ToolResult;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(tool_use_id), RELAYBURN_FIELD(event_source),
        RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(status), RELAYBURN_FIELD(content_bytes),
        RELAYBURN_FIELD(content_hash), RELAYBURN_FIELD(spawned_agent_id),
        RELAYBURN_FIELD(spawned_session_id), RELAYBURN_FIELD(subagent_type);
  }
};

template <>
struct Described<UserTurn> {
  using Record = UserTurn;
  static constexpr Kind kind = Kind::UserTurn;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(uuid), RELAYBURN_FIELD(parent_uuid),
        RELAYBURN_FIELD(text_bytes), RELAYBURN_FIELD(keywords), RELAYBURN_FIELD(is_meta),
        RELAYBURN_FIELD(is_compact_summary), RELAYBURN_FIELD(is_sidechain),
        RELAYBURN_FIELD(agent_id);
  }
};

template <>
struct Described<Relationship> {
  using Record = Relationship;
  static constexpr Kind kind = Kind::Relationship;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(type), RELAYBURN_FIELD(related_session_id),
        RELAYBURN_FIELD(agent_id), RELAYBURN_FIELD(parent_tool_use_id),
        RELAYBURN_FIELD(subagent_type), RELAYBURN_FIELD(version);
  }
};

template <>
struct Described<Compaction> {
  using Record = Compaction;
  static constexpr Kind kind = Kind::Compaction;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(uuid), RELAYBURN_FIELD(logical_parent_uuid),
        RELAYBURN_FIELD(trigger), RELAYBURN_FIELD(tokens_before), RELAYBURN_FIELD(tokens_after);
  }
};

template <>
struct Described<Price> {
  using Record = Price;
  static constexpr Kind kind = Kind::Price;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(provider),
        RELAYBURN_FIELD(model), RELAYBURN_FIELD(from_date), RELAYBURN_FIELD(rates),
        RELAYBURN_FIELD(origin);
  }
};

template <>
struct Described<SessionCost> {
  using Record = SessionCost;
  static constexpr Kind kind = Kind::SessionCost;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(model), RELAYBURN_FIELD(input), RELAYBURN_FIELD(output),
        RELAYBURN_FIELD(cache_read), RELAYBURN_FIELD(cache_create), RELAYBURN_FIELD(cost_usd),
        RELAYBURN_FIELD(has_unknown_cost);
  }
};

template <>
struct Described<Stamp> {
  using Record = Stamp;
  static constexpr Kind kind = Kind::Stamp;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(from_ts),
        RELAYBURN_FIELD(to_ts), RELAYBURN_FIELD(enrichment);
  }
};

template <>
struct Described<Content> {
  using Record = Content;
  static constexpr Kind kind = Kind::Content;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_HEAD_FIELDS, RELAYBURN_FIELD(message_id), RELAYBURN_FIELD(content_kind),
        RELAYBURN_FIELD(role), RELAYBURN_FIELD(tool_use_id), RELAYBURN_FIELD(body);
  }
};

template <>
struct Described<Forget> {
  using Record = Forget;
  static constexpr Kind kind = Kind::Forget;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(scope);
  }
};

template <>
struct Described<Sighting> {
  using Record = Sighting;
  static constexpr Kind kind = Kind::Sighting;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(source),
        RELAYBURN_FIELD(session_id), RELAYBURN_FIELD(host_id), RELAYBURN_FIELD(cwd),
        RELAYBURN_FIELD(remote);
  }
};

template <>
struct Described<Host> {
  using Record = Host;
  static constexpr Kind kind = Kind::Host;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(host_id),
        RELAYBURN_FIELD(label), RELAYBURN_FIELD(version), RELAYBURN_FIELD(last_ingest),
        RELAYBURN_FIELD(last_result);
  }
};

template <>
struct Described<HostNote> {
  using Record = HostNote;
  static constexpr Kind kind = Kind::HostNote;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(host_id),
        RELAYBURN_FIELD(label), RELAYBURN_FIELD(is_retired);
  }
};

template <>
struct Described<PriceCheck> {
  using Record = PriceCheck;
  static constexpr Kind kind = Kind::PriceCheck;
  template <class Take>
  static constexpr void fields(Take take) {
    RELAYBURN_FIELD(id), RELAYBURN_FIELD(revision), RELAYBURN_FIELD(origin),
        RELAYBURN_FIELD(checked_at);
  }
};

#undef RELAYBURN_HEAD_FIELDS
#undef RELAYBURN_FIELD

template <class Record>
constexpr size_t count_fields() {
  size_t count = 0;
  Described<Record>::fields([&](std::string_view, auto) { ++count; });
  return count;
}
template <class Record>
inline constexpr size_t kFieldCount = count_fields<Record>();

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
  Described<Record>::fields(
      [&](std::string_view, auto member) { *cells++ = detail::to_cell(record.*member); });
}

template <class Record>
Record from_row(Row row) {
  Record record;
  size_t i = 0;
  Described<Record>::fields(
      [&](std::string_view, auto member) { detail::from_cell(row[i++], record.*member); });
  return record;
}

}  // namespace relayburn
