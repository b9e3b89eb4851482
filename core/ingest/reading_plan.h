#pragma once
// Which logs there is something to read of, and from where on.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/ingest/discover.h"

namespace relayburn {

struct Reading {
  const Source* source;
  Cursor from;
  std::optional<Cursor> continued;  // what the ledger says of it, where that is gone on from

  int64_t bytes() const { return from.size - from.offset; }
};

// What the ledger calls a log: its path, or another name for it.
using NameOfLog = std::function<std::string(const std::string& path)>;

// `before` are this host's cursors in the ledger. What has not changed since is left out.
std::vector<Reading> plan_readings(const std::vector<FoundLog>& logs,
                                   const std::vector<Cursor>& before, const NameOfLog& name_of_log);

}  // namespace relayburn
