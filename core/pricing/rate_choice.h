#pragma once
// Which rates of a span a call is billed at: service tier, subscription, hour, context,
// multipliers.

#include <optional>

#include "core/pricing/price_table.h"

namespace relayburn {

// Fills in what `applied` is billed at before the multipliers, the multipliers that apply, and what
// the call states without a price. `exceeded_bound` is the greatest context bound of any list that
// the call's context exceeds. `is_fast`: the model's name asks for its fast mode.
void choose_rates(AppliedPrice& applied, const PriceSpan& span, const PriceFacts& facts,
                  std::optional<int64_t> exceeded_bound, bool is_fast);

// Returns the listed rates times the multipliers, which scale tokens and never searches. Whole,
// because a list with other rates is refused.
BilledRates billed_rates(const AppliedPrice& applied, Picodollars search_fee);

}  // namespace relayburn
