#pragma once
// Reads the JSON text of a price list (the shape of models.json) into prices.

#include <string>
#include <string_view>
#include <vector>

#include "core/pricing/price_table.h"

namespace relayburn {

struct PriceList {
  std::string snapshot;
  std::vector<ModelPrice> models;  // in the order of the text
};

// Throws Error{Usage} naming `name`, the line and the model. Keys it does not know are skipped.
// Rates are bounded (a million dollars per million tokens, a thousand per web search, multipliers
// of a hundred), so that no sum over 2^63 tokens leaves 128 bits.
PriceList parse_price_list(std::string_view json, const std::string& name);

}  // namespace relayburn
