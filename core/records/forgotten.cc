#include "core/records/forgotten.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/sha256.h"
#include "core/records/keys.h"

namespace relayburn {
namespace {

constexpr std::string_view kSession = "session";
constexpr std::string_view kProject = "project";

Forget forget(std::string_view scope, std::string_view name) {
  Forget forget;
  forget.id = key_of({scope, name});
  forget.revision = 1;
  forget.scope = scope;
  return forget;
}

size_t column_of(Kind kind, std::string_view name) {
  const std::span<const Column> columns = describe(kind).columns;
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  return static_cast<size_t>(found - columns.begin());
}

// Where records name their project.
struct PlaceColumns {
  explicit PlaceColumns(Kind kind)
      : cwd(column_of(kind, "cwd")), remote(column_of(kind, "remote")) {}
  size_t cwd, remote;
};

const PlaceColumns* place_columns(Kind kind) {
  static const PlaceColumns turn(Kind::Turn), sighting(Kind::Sighting);
  return kind == Kind::Turn ? &turn : kind == Kind::Sighting ? &sighting : nullptr;
}

Cell empty_value(ColumnType type) {
  static constexpr std::array<char, 16> no_key{};
  if (type == ColumnType::Key) return Cell::text({no_key.data(), no_key.size()});
  return type == ColumnType::Text ? Cell::text("") : Cell::integer(0);
}

}  // namespace

Forget forget_session(std::string_view session_id) { return forget(kSession, session_id); }
Forget forget_project(std::string_view name) { return forget(kProject, name); }

std::string Forgotten::digest() const {
  std::vector<Key> keys(keys_.begin(), keys_.end());
  std::sort(keys.begin(), keys.end());
  std::string joined;
  for (const Key& key : keys) joined += key.view();
  return to_hex(hash_key(joined));
}

bool Forgotten::holds(std::string_view scope, const Cell& name) const {
  return name.is_text() && keys_.contains(key_of({scope, name.text()}));
}

bool Forgotten::has_project_of(Kind kind, Row row) const {
  const PlaceColumns* places = place_columns(kind);
  return places != nullptr &&
         (holds(kProject, row[places->cwd]) || holds(kProject, row[places->remote]));
}

bool Forgotten::covers(Kind kind, Row row) const {
  const size_t session = describe(kind).session;
  if (empty() || session == kNoColumn) return false;
  static const size_t related = column_of(Kind::Relationship, "related_session_id");
  return holds(kSession, row[session]) ||
         (kind == Kind::Relationship && holds(kSession, row[related])) || has_project_of(kind, row);
}

bool Forgotten::covers_turns(const Cell& session, const Cell& cwd, const Cell& remote) const {
  return holds(kSession, session) || holds(kProject, cwd) || holds(kProject, remote);
}

std::optional<Forget> Forgotten::session_of_project(Kind kind, Row row) {
  if (empty() || !has_project_of(kind, row)) return std::nullopt;
  const Cell& session = row[describe(kind).session];
  if (!session.is_text()) return std::nullopt;
  const Forget forget = forget_session(session.text());
  return keys_.insert(forget.id).second ? std::optional(forget) : std::nullopt;
}

void to_void(Kind kind, Row row, std::span<Cell> cells) {
  const std::span<const Column> columns = describe(kind).columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool stays = i == kIdColumn || columns[i].name == "host_id";
    cells[i] = stays ? row[i] : columns[i].nullable ? Cell() : empty_value(columns[i].type);
    if (columns[i].name == "is_void") cells[i] = Cell::integer(1);
  }
  cells[kRevisionColumn] = Cell::integer(kForgottenRevision);
}

bool is_forget_tombstone(Row row) { return row[kRevisionColumn].integer() == kForgottenRevision; }

}  // namespace relayburn
