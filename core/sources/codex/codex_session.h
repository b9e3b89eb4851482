#pragma once
// Whose a rollout's lines are: the session, where it runs, its task, model and tier, and the edges
// to other sessions (FORMAT.md 1, 5).

#include <optional>
#include <string>
#include <string_view>

#include "core/sources/codex/codex_line.h"
#include "core/sources/codex/codex_state.h"
#include "core/sources/record_writer.h"

namespace relayburn {

class CodexSession {
 public:
  CodexSession(const CodexItem& item, CodexState& state, RecordWriter& out)
      : item_(item), state_(state), out_(out) {}

  // session_meta, or the header of the old format.
  void take_meta();
  void take_context();
  // A snapshot of all settings: what it does not state is not set.
  void take_settings();
  void take_task();
  // Reports a tier that this version does not know.
  void check_service_tier(OptText tier);
  void take_turn_id();

  // A thread that was spawned, by its id; `parent` absent: by this session.
  void add_spawn(OptText agent, OptText parent, OptText call_id, OptText role);
  // This host holds lines of the session.
  void sight() { out_.sight(view(state_.cwd)); }
  // Its lines run there from now on.
  void enter() { out_.enter(view(state_.cwd), view(state_.remote)); }
  // Keeps a text in the state; one that is too long for it is passed over, and reported.
  void keep(std::optional<std::string>& field, OptText text, std::string_view name,
            size_t longest = kMaxCodexText);

 private:
  void take_model();
  void take_facts();
  void take_root();
  void take_service_tier();
  void add_edges();
  void add_edge(std::string_view type, Relationship edge = {});

  const CodexItem& item_;
  CodexState& state_;
  RecordWriter& out_;
};

}  // namespace relayburn
