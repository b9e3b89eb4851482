#pragma once
// The prices that a ledger's records state (`prices update` learns them), and how old all are.

#include <optional>
#include <vector>

#include "core/pricing/price_table.h"
#include "core/report/build/report.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// Returns every price record, ascending by key.
std::vector<LearnedPrice> learned_prices(Snapshot& snapshot);

// Returns when a host last looked through a list of prices; nullopt: never.
std::optional<Instant> last_price_check(Snapshot& snapshot);

// Returns where the prices of `table` come from, and how many whole days lie between `until` and
// the day up to which changes were last looked for.
PriceSource price_source(const PriceTable& table, std::optional<Instant> last_check, Instant until);

}  // namespace relayburn
