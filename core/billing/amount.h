#pragma once
// Money as agents and providers spell it, read without floating point.

#include <optional>
#include <string_view>

#include "core/pricing/money.h"

namespace relayburn {

enum class AmountUnit { Dollars, Cents };

// Returns the amount of one JSON number ("12.5", "-0.01", "3e-7"). What is finer than a picodollar
// is rounded half to even: some providers print thirty decimals. nullopt: the text is no such
// number, or the amount is 10^12 dollars or more.
std::optional<Picodollars> parse_amount(std::string_view text, AmountUnit unit);

}  // namespace relayburn
