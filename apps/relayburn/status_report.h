#pragma once
// What `status` found, and how it says so.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "apps/relayburn/plugins_command.h"
#include "core/ingest/last_error.h"
#include "core/ingest/lock_holder.h"
#include "core/ledger/known_hosts.h"
#include "core/report/build/report.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

struct UnreadLogs {
  int64_t logs = 0;
  int64_t bytes = 0;
};

struct SourceState {
  std::string name;
  int64_t logs = 0;
  int64_t bytes = 0;
  std::optional<UnreadLogs> unread;   // nullopt: the store knows, and does not answer
  std::optional<int> retention_days;  // the agent deletes its logs then
};

// Counts the hosts that are not retired.
struct HostVerdict {
  int64_t hosts = 0;
  int64_t silent = 0;          // no ingest for longer than max_age_us
  int64_t older_versions = 0;  // than the newest that one of them has
  int64_t max_age_us = 0;
};

// What is nullopt only the store knows, and it cannot be read.
struct StatusReport {
  std::string storage;
  std::string location;  // of the store, without secrets
  std::optional<StoreInfo> store;
  std::optional<std::array<int64_t, kKindCount>> rows;
  std::optional<std::vector<KnownHost>> hosts;
  std::optional<std::vector<Cursor>> cursors;  // where this host stopped reading
  std::string store_fault;                     // empty: none
  std::string this_host;                       // its id; it may not be among the hosts yet
  std::optional<LastError> last_error;
  std::optional<LockHolder> long_ingest;  // at work for more than an hour
  std::optional<PriceSource> prices;
  std::vector<UnpricedModel> unpriced_models;  // of the last 30 days
  std::vector<SourceState> sources;
  std::vector<PluginState> plugins;
  std::optional<HostVerdict> verdict;
  std::vector<std::string> faults;    // something does not work
  std::vector<std::string> warnings;  // something may be lost, slow or wrong before long
};

std::string render_json(const StatusReport& report);
std::string render_text(const StatusReport& report);

}  // namespace relayburn
