#pragma once
// Checks that what a ledger holds agrees with itself: its records with the counts of the runs that
// brought them, with their keys and with what is derived from them.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

struct CheckFinding {
  std::string check;    // "records", "keys", "summary", "forgotten" or "times"
  std::string problem;  // a sentence without an end
  std::string remedy;   // what a person can do about it; empty where a repair does it
};

struct CheckReport {
  int64_t records = 0;  // that were read
  std::vector<CheckFinding> findings;
};

// Compares only the number of rows of each kind with the counts of the runs.
std::vector<CheckFinding> check_counts(Snapshot& stored,
                                       const std::array<int64_t, kKindCount>& rows);

// Reads every record once, and the turns twice. `stored` shows what is stored, also of what is
// forgotten. Memory grows with the groups of the summary.
CheckReport check_ledger(Snapshot& stored, Instant now);

}  // namespace relayburn
