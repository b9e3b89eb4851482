#include "core/ledger/known_hosts.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/records/described.h"

namespace relayburn {

std::vector<KnownHost> known_hosts(Snapshot& snapshot) {
  std::map<std::string, KnownHost> hosts;
  snapshot.scan(Kind::Host, {}, [&](Row row) {
    const Host host = from_row<Host>(row);
    KnownHost& known = hosts[std::string(host.host_id)];
    known.id = host.host_id;
    known.label = known.own_label = host.label;
    known.version = host.version;
    known.last_result = host.last_result;
    known.last_ingest = host.last_ingest;
  });
  snapshot.scan(Kind::HostNote, {}, [&](Row row) {
    const HostNote note = from_row<HostNote>(row);
    const auto host = hosts.find(std::string(note.host_id));
    if (host == hosts.end()) return;
    if (note.label) host->second.label = *note.label;
    const auto& last = host->second.last_ingest;
    host->second.is_retired = note.is_retired && (!last || last->us <= note.revision);
  });
  for (const HostProblems& problems : snapshot.problems())
    if (const auto host = hosts.find(problems.host_id); host != hosts.end()) {
      host->second.rejected_lines = problems.rejected_lines;
      host->second.unknown_facts = problems.unknown_facts;
    }
  std::vector<KnownHost> sorted;
  for (auto& [id, host] : hosts) sorted.push_back(std::move(host));
  std::sort(sorted.begin(), sorted.end(), [](const KnownHost& a, const KnownHost& b) {
    return std::tie(a.label, a.id) < std::tie(b.label, b.id);
  });
  return sorted;
}

}  // namespace relayburn
