#pragma once
// Facts of sessions beside their turns: who saw them, where they ran, who their agents are.
// Joined when a report asks (LEDGER.md 1), from the same snapshot.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/records/records.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

class HostsAndProjects {
 public:
  void load(Snapshot& snapshot);

  // The bytewise smallest label of the hosts that sighted the session.
  OptText host(OptText source, OptText session) const;
  // The bytewise smallest remote that the log or any host knows; else the directory.
  OptText project(OptText source, OptText session, OptText cwd, OptText logged_remote) const;

 private:
  std::unordered_map<std::string, std::string> hosts_;    // source, session
  std::unordered_map<std::string, std::string> remotes_;  // source, session, cwd
};

// The user of "user@host"; absent where the label has another form.
OptText user_of_label(OptText label);

class AgentTypes {
 public:
  void load(Snapshot& snapshot);

  // Null on the main thread, "unknown" where nothing tells the type.
  OptText type(OptText source, OptText session, OptText agent_id, bool is_sidechain) const;

 private:
  void offer(const std::string& agent, std::string_view type);

  std::unordered_map<std::string, std::string> types_;  // source, session, agent
};

}  // namespace relayburn
