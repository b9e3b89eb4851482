#pragma once
// Reads the JSON text of a price list (the shape of models.json) into prices.

#include <string>
#include <string_view>
#include <vector>

#include "core/pricing/price_table.h"

namespace relayburn {

// A name that stands for a listed one.
struct PriceAlias {
  std::string name;
  std::string target;
  int64_t line = 0;
};

struct PriceList {
  std::string snapshot;
  std::string checked;             // the latest of its days, else the snapshot
  std::vector<ModelPrice> models;  // in the order of the text
  std::vector<PriceAlias> aliases;
};

// What is added to another list states no snapshot of its own, and perhaps no price.
enum class ListPurpose { Whole, Learned, Overrides };

// Throws Error{Usage} naming `name`, the line and the model. Keys it does not know are refused in
// overrides, which people write, and skipped elsewhere.
// Rates are bounded (a million dollars per million tokens, a thousand per web search, multipliers
// of a hundred), so that no sum over 2^63 tokens leaves 128 bits.
PriceList parse_price_list(std::string_view json, const std::string& name,
                           ListPurpose purpose = ListPurpose::Whole);

}  // namespace relayburn
