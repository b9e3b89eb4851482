#pragma once

#include "core/config/settings.h"
#include "core/pricing/price_table.h"

namespace relayburn {

// $RELAYBURN_HOME/prices.json, whether it is there or not.
std::string price_file(const Settings& settings);

// The embedded list, and what that file states instead. Throws Error{Usage} naming file and line.
PriceTable load_prices(const Settings& settings);

}  // namespace relayburn
