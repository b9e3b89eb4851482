#pragma once
// The hosts of a ledger, as they are and as an operator calls them.

#include <optional>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

struct KnownHost {
  std::string id;
  std::string label;      // the operator's, else its own
  std::string own_label;  // what it calls itself
  std::string version;
  std::string last_result;  // "ok", "part"
  std::optional<Instant> last_ingest;
  bool is_retired = false;  // an operator said so, and it has not come since
  int64_t rejected_lines = 0;
  int64_t unknown_facts = 0;
};

// Ascending by label, then by id.
std::vector<KnownHost> known_hosts(Snapshot& snapshot);

}  // namespace relayburn
