#pragma once
// What is known of sessions beside their turns: who saw them, where they ran, who their agents are,
// what people stamped on them. Joined when a report asks (LEDGER.md 1), from the same snapshot.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

class AgentTypes {
 public:
  void load(Snapshot& snapshot);

  // Null on the main thread, "unknown" where nothing tells the type.
  OptText type(OptText source, OptText session, OptText agent_id, bool is_sidechain) const;

 private:
  void offer(const std::string& agent, std::string_view type);

  std::unordered_map<std::string, std::string> types_;  // source, session, agent
};

using Tags = std::map<std::string, std::string, std::less<>>;

// Stamps, folded onto a turn: of all that match, the later by (time, key) overrides per tag. A
// stamp without a time sorts first.
class StampFold {
 public:
  void load(Snapshot& snapshot);

  bool is_empty() const { return stamps_.empty(); }
  bool asks_for_messages() const;
  // Where ranges begin and end: all turns between two neighbours are matched alike.
  std::vector<Instant> bounds() const;
  Tags tags(OptText session, OptText message, std::optional<Instant> ts) const;

 private:
  struct Entry {
    std::optional<Instant> ts;
    Key id;
    std::optional<std::string> session;
    std::optional<std::string> message;
    std::optional<Instant> from;
    std::optional<Instant> to;
    Tags tags;
  };
  using Places = std::vector<size_t>;
  using PlacesByText = std::unordered_map<std::string, Places>;

  static bool matches(const Entry& stamp, OptText session, OptText message,
                      std::optional<Instant> ts);
  void index();

  std::vector<Entry> stamps_;  // ascending by (time, key)
  // A host may stamp every session: of those only the turn's own are looked at.
  PlacesByText by_session_;
  PlacesByText by_message_;  // of those that name no session
  Places by_range_;          // of those that name neither
};

}  // namespace relayburn
