#pragma once
// Which logs this host has.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/records/batch.h"
#include "core/sources/source.h"

namespace relayburn {

struct FoundLog {
  const Source* source;
  // Path, identity, size and times as they are now; nothing is said of what was read.
  Cursor now;
};

struct Discovery {
  std::vector<FoundLog> logs;     // ascending by path
  std::set<std::string> folders;  // those looked into, and those of logs that were named
  std::set<std::string> missing;  // usual places that are not there yet
  struct Failure {
    std::string path;
    std::string problem;
  };
  std::vector<Failure> failures;
};

// Logs below the usual places of the sources; a place that does not exist has none. Symbolic links
// are followed; a directory or file that is met a second time is passed over.
Discovery discover_logs(const std::vector<const Source*>& sources,
                        const SourceEnvironment& environment);

// The files named, and the logs below the directories named; the agent is told from the content.
// What looks like the log of one of `known` that is not among `sources` is passed over.
Discovery discover_paths(const std::vector<std::string>& paths,
                         const std::vector<const Source*>& sources,
                         const std::vector<const Source*>& known);

}  // namespace relayburn
