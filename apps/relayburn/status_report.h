#pragma once
// What `status` found, and how it says so.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "apps/relayburn/plugins_command.h"
#include "core/ingest/last_error.h"
#include "core/report/known_hosts.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

struct SourceState {
  std::string name;
  int64_t logs = 0;
  int64_t bytes = 0;
  int64_t unread_logs = 0;
  int64_t unread_bytes = 0;
  std::optional<int> retention_days;  // the agent deletes its logs then
};

struct StatusReport {
  std::string storage;
  StoreInfo store;
  std::array<int64_t, kKindCount> rows{};
  std::vector<KnownHost> hosts;
  std::string this_host;  // its id; it may not be among the hosts yet
  std::optional<LastError> last_error;
  std::vector<SourceState> sources;
  std::vector<PluginState> plugins;
  std::vector<std::string> faults;    // something does not work
  std::vector<std::string> warnings;  // something may be lost, slow or wrong before long
};

std::string render_json(const StatusReport& report);
std::string render_text(const StatusReport& report);

}  // namespace relayburn
