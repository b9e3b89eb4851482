#pragma once
// From what another list states of a model to a whole price: what the list leaves out is what holds
// so far.

#include <string>
#include <vector>

#include "core/pricing/price_feed.h"

namespace relayburn {

struct CompletePrice {
  StatedPrice price;
  std::vector<std::string> notes;  // what could not be taken over, and what was assumed instead
};

// Completes a price by the one that holds so far.
//
// Multipliers and the fee of a search are taken over. Where the stated rates are those that hold,
// so are all others. Where they differ, a cache rate, the rates above a context, peak hours and an
// agent's rates keep their ratio to the rate of their class, and a service tier keeps its one
// factor; what has no such ratio, or where it would not be whole, is left out and said.
CompletePrice complete_price(const ListedPrice& listed, const StatedPrice& in_force);

}  // namespace relayburn
