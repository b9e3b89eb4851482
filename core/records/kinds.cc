#include "core/records/kinds.h"

#include <deque>
#include <string>
#include <vector>

#include "core/records/described.h"

namespace relayburn {
namespace {

std::string camel_case(std::string_view snake) {
  std::string camel;
  bool raise = false;
  for (const char c : snake) {
    if (c == '_') {
      raise = true;
    } else {
      camel += raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      raise = false;
    }
  }
  return camel;
}

template <class Member>
struct TypeOf;
template <>
struct TypeOf<Key> : std::integral_constant<ColumnType, ColumnType::Key> {};
template <>
struct TypeOf<int64_t> : std::integral_constant<ColumnType, ColumnType::Integer> {};
template <>
struct TypeOf<Instant> : std::integral_constant<ColumnType, ColumnType::Instant> {};
template <>
struct TypeOf<bool> : std::integral_constant<ColumnType, ColumnType::Flag> {};
template <>
struct TypeOf<std::string_view> : std::integral_constant<ColumnType, ColumnType::Text> {};
template <class T>
struct TypeOf<std::optional<T>> : TypeOf<T> {};

template <class Member>
constexpr bool is_nullable = false;
template <>
constexpr bool is_nullable<bool> = true;
template <class T>
constexpr bool is_nullable<std::optional<T>> = true;

// Built once, never changed: constant after first use.
class Catalogue {
 public:
  Catalogue() {
    describe_kind<Turn>("turn");
    describe_kind<ToolCall>("tool_call");
    describe_kind<ToolResult>("tool_result");
    describe_kind<UserTurn>("user_turn");
    describe_kind<Relationship>("relationship");
    describe_kind<Compaction>("compaction");
    describe_kind<Price>("price");
    describe_kind<SessionCost>("session_cost");
    describe_kind<Stamp>("stamp");
    describe_kind<Content>("content");
    describe_kind<Forget>("forget");
    describe_kind<Sighting>("sighting");
    describe_kind<Host>("host");
    describe_kind<HostNote>("host_note");
    describe_kind<PriceCheck>("price_check");
  }

  std::array<KindDescription, kKindCount> kinds;

 private:
  template <class Record>
  void describe_kind(std::string_view name) {
    static_assert(kFieldCount<Record> <= kMaxColumns);
    std::vector<Column>& columns = columns_[index_of(Described<Record>::kind)];
    Described<Record>::fields([&](std::string_view name_of_field, auto member) {
      columns.push_back(column(name_of_field, member));
    });
    kinds[index_of(Described<Record>::kind)] = {Described<Record>::kind,
                                                name,
                                                columns,
                                                find(columns, "ts"),
                                                find(columns, "source"),
                                                find(columns, "session_id"),
                                                find(columns, "is_sidechain")};
  }

  template <class Record, class Member>
  Column column(std::string_view name, Member Record::*) {
    json_names_.push_back(camel_case(name));
    return {name, json_names_.back(), TypeOf<Member>::value, is_nullable<Member>};
  }

  static size_t find(const std::vector<Column>& columns, std::string_view name) {
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == name) return i;
    return kNoColumn;
  }

  std::array<std::vector<Column>, kKindCount> columns_;
  std::deque<std::string> json_names_;  // a deque: its strings never move
};

const Catalogue& catalogue() {
  static const Catalogue instance;
  return instance;
}

}  // namespace

const KindDescription& describe(Kind kind) { return catalogue().kinds[index_of(kind)]; }

const KindDescription* find_kind(std::string_view name) {
  for (const KindDescription& kind : catalogue().kinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

}  // namespace relayburn
