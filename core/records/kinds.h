#pragma once
// What a ledger holds, described by data: every backend, the export and the merge rule work from
// these descriptions, so a new kind or column touches core/records and one migration.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace relayburn {

// Listed in the order of exports. The kinds before Sighting are the ledger; the others are
// bookkeeping, which neither an export nor a digest contains.
enum class Kind : uint8_t {
  Turn,
  ToolCall,
  ToolResult,
  UserTurn,
  Relationship,
  Compaction,
  Price,
  SessionCost,
  Stamp,
  Content,
  Forget,
  Sighting,
  Host,
  HostNote,
  PriceCheck,
};
inline constexpr size_t kKindCount = 15;
inline constexpr std::array<Kind, kKindCount> kAllKinds = {
    Kind::Turn,       Kind::ToolCall, Kind::ToolResult,  Kind::UserTurn, Kind::Relationship,
    Kind::Compaction, Kind::Price,    Kind::SessionCost, Kind::Stamp,    Kind::Content,
    Kind::Forget,     Kind::Sighting, Kind::Host,        Kind::HostNote, Kind::PriceCheck};

constexpr size_t index_of(Kind kind) { return static_cast<size_t>(kind); }
constexpr bool is_bookkeeping(Kind kind) { return kind >= Kind::Sighting; }

enum class ColumnType : uint8_t {
  Key,      // 16 bytes
  Integer,  // signed, 64 bits
  Instant,  // microseconds since 1970, UTC
  Flag,     // true, or null
  Text,     // storable text (core/base/utf8.h)
};

struct Column {
  std::string_view name;       // snake_case: the column of a table
  std::string_view json_name;  // camelCase: the key in JSON
  ColumnType type;
  bool nullable;
};

inline constexpr size_t kNoColumn = static_cast<size_t>(-1);

// The first two columns of every kind are `id`, the key, and `revision`.
struct KindDescription {
  Kind kind;
  std::string_view name;  // "tool_call": in exports and counts, and the table's name
  std::span<const Column> columns;
  size_t time;       // index of `ts`, or kNoColumn
  size_t source;     // index of `source`, or kNoColumn
  size_t session;    // index of `session_id`, or kNoColumn
  size_t sidechain;  // index of `is_sidechain`, or kNoColumn
};

inline constexpr size_t kIdColumn = 0;
inline constexpr size_t kRevisionColumn = 1;
inline constexpr size_t kMaxColumns = 40;

const KindDescription& describe(Kind kind);
// nullptr where there is no kind of this name.
const KindDescription* find_kind(std::string_view name);

}  // namespace relayburn
