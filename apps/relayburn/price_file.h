#pragma once

#include <optional>

#include "core/base/log.h"
#include "core/config/settings.h"
#include "core/pricing/price_table.h"
#include "core/report/build/report.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// $RELAYBURN_HOME/prices.json, whether it is there or not.
std::string price_file(const Settings& settings);

struct LoadedPrices {
  PriceTable table;
  PriceSource source;
};

// Returns the embedded list, on top of it what the ledger learned, and on top of that what this
// host's prices.json states. Warns of records that cannot be read. Throws Error{Usage} naming file
// and line of a broken prices.json. `until`: when the calls end that are priced; their prices are
// as old as the time between the last look and that.
LoadedPrices load_prices(const Settings& settings, Snapshot& ledger, Instant until, Log& log);
// The same without a ledger.
LoadedPrices load_prices(const Settings& settings, Instant until);

}  // namespace relayburn
