#include "core/sources/opencode/opencode_forks.h"

#include <array>

#include "core/base/utf8.h"
#include "core/sources/opencode/opencode_replies.h"

namespace relayburn {

OpencodeForks::OpencodeForks(TolerantRows& rows, const OpencodeTables& tables) : rows_(rows) {
  const bool are_known = tables.columns("session_v2", {"fork_session_id"}) != "NULL" &&
                         tables.columns("session_message", {"seq"}) != "NULL";
  if (are_known) read();
}

void OpencodeForks::read() {
  rows_.query("SELECT id, fork_session_id FROM session_v2 WHERE fork_session_id <> ''", {},
              [&](Row row) {
                origins_.emplace(row[0].text(), row[1].text());
                return true;
              });
  if (origins_.empty()) return;
  rows_.query(
      "SELECT m.id FROM session_v2 AS s JOIN session_message AS m ON m.session_id = s.id "
      "WHERE s.fork_session_id <> ''",
      {}, [&](Row row) {
        const std::string_view id = row[0].text();
        const std::string_view base = base_of_piece(id);
        if (base != id) copies_.emplace(base);
        return true;
      });
}

bool OpencodeForks::is_copy(std::string_view id) const {
  const std::string_view base = base_of_piece(id);
  return base != id && copies_.contains(base);
}

std::string_view OpencodeForks::base_of(std::string_view id) const {
  return is_copy(id) ? id : base_of_piece(id);
}

std::string OpencodeForks::find_original(const std::string& session, int64_t seq,
                                         OpencodeMessage& copy) {
  copy.lacks_original = true;
  std::string original;
  auto fork = origins_.find(session);
  // A fork may have been forked; in a damaged database even of itself.
  for (size_t steps = origins_.size(); fork != origins_.end() && steps > 0; --steps) {
    std::string id;
    rows_.query("SELECT id FROM session_message WHERE session_id = ?1 AND seq = ?2",
                std::array{Cell::text(fork->second), Cell::integer(seq)}, [&](Row row) {
                  id = row[0].text();
                  return false;
                });
    if (id.empty()) break;
    original = id;
    copy.copied_from = storable(base_of(id));
    copy.lacks_original = is_copy(id);
    if (!copy.lacks_original) break;
    fork = origins_.find(fork->second);
  }
  return original;
}

}  // namespace relayburn
