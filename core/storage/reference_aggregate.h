#pragma once
// StorageAdapter's aggregate(), spelled out over a scan: what every backend's own version must
// equal.

#include <functional>

#include "core/storage/storage_adapter.h"

namespace relayburn {

// Calls the sink with every turn of one snapshot.
using TurnScan = std::function<void(const RowSink&)>;

void reference_aggregate(const AggregateQuery& query, const TurnScan& scan, const GroupSink& sink);

}  // namespace relayburn
