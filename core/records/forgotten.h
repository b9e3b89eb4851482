#pragma once
// Sessions and projects that are to be forgotten. A `forget` record says it under a hash of the
// name alone. What they cover stays as its key: a void record of the greatest revision, which wins
// over whatever any host reads later, so that it matters to nobody which of the two came first.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/records/cell.h"
#include "core/records/kinds.h"
#include "core/records/records.h"

namespace relayburn {

inline constexpr int64_t kForgottenRevision = INT64_MAX;

Forget forget_session(std::string_view session_id);
// By its directory or its canonical remote.
Forget forget_project(std::string_view name);

class Forgotten {
 public:
  void add(const Key& forget) { keys_.insert(forget); }
  bool empty() const { return keys_.empty(); }
  size_t size() const { return keys_.size(); }
  // Returns a text that two sets share only if they are equal. It holds no name.
  std::string digest() const;

  // Of the session, at either end of an edge, or of the project.
  bool covers(Kind kind, Row row) const;
  // The same of turns that are known by these cells only.
  bool covers_turns(const Cell& session, const Cell& cwd, const Cell& remote) const;
  // Where a turn or sighting is of a forgotten project, and its session is not yet forgotten: it is
  // from now on, and this is the record that says so.
  std::optional<Forget> session_of_project(Kind kind, Row row);

 private:
  bool holds(std::string_view scope, const Cell& name) const;
  bool has_project_of(Kind kind, Row row) const;

  std::unordered_set<Key, KeyHash> keys_;
};

// What stays of a record that is forgotten: its key, the revision above, and nothing else but the
// host of a sighting. `cells` may be those of `row`.
void to_void(Kind kind, Row row, std::span<Cell> cells);
bool is_forget_tombstone(Row row);

}  // namespace relayburn
