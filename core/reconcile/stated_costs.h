#pragma once
// Reads what the agents themselves state that their sessions cost. It is set beside our figures and
// never mixed into them.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/pricing/money.h"
#include "core/report/build/group.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// The agent and the id of a session; "" for one without an id.
using SessionName = std::pair<std::string, std::string>;
SessionName session_name(OptText source, OptText session);

// False of the agents whose logs state no cost for a turn: there is no need to read their turns.
inline bool may_state_turn_costs(std::string_view source) {
  return source != "claude-code" && source != "codex";
}

struct StatedCost {
  Picodollars total;
  bool is_lower_bound = false;  // the agent had no price for some of it
  std::optional<Instant> stated_at;
};

// The totals that agents state per session (Kind::SessionCost). They grow over the runs of a
// session, so of each session, and of each model in it, the latest counts.
class SessionTotals {
 public:
  struct Session {
    StatedCost whole;
    std::map<std::string, StatedCost> by_model;  // by model_key()
  };

  // Counts first: of a ledger without such records nothing is read.
  void load(Snapshot& snapshot);

  bool is_empty() const { return sessions_.empty(); }
  const std::map<SessionName, Session>& sessions() const { return sessions_; }
  const Session* find(const SessionName& name) const;

 private:
  std::map<SessionName, Session> sessions_;
};

// Adds up what agents state for single turns (Turn::reported_cost_usd), for the sessions that have
// no total.
class TurnCosts {
 public:
  // Adds those that the filter lets through.
  void load(Snapshot& snapshot, const ScanFilter& filter, const SessionTotals& totals);

  bool is_empty() const { return costs_.empty(); }
  std::optional<Picodollars> find(const Key& turn) const;

 private:
  std::unordered_map<Key, Picodollars, KeyHash> costs_;
};

}  // namespace relayburn
