#pragma once
// What a snapshot aggregates, spelled out so that a failed comparison says what differs.

#include <map>
#include <string>
#include <vector>

#include "core/storage/storage_adapter.h"
#include "tests/contract/records_for_tests.h"

namespace relayburn {

inline constexpr int kGroupColumns = 17;
static_assert(static_cast<int>(GroupColumn::TimeBoundIndex) == kGroupColumns - 1);

// The cells of a group → its sums. Checks that every group is given once.
using Groups = std::map<std::string, std::string>;
Groups aggregated(Snapshot& snapshot, const AggregateQuery& query);
// The same by core's plain aggregation.
Groups plainly_aggregated(Snapshot& snapshot, const AggregateQuery& query);

// The values of the columns among the canonical turns.
std::vector<std::string> groups_by(StorageAdapter& ledger, const AggregateQuery& query);
std::vector<std::string> groups_by(StorageAdapter& ledger, GroupColumn column);

// A question of any sort about a ledger of random turns.
AggregateQuery random_query(Random& random);

}  // namespace relayburn
